/**
 * Where images come from and go to: registries, and programs of this host. What comes is in the store before anybody sees it; what
 * goes is complete there before anybody can name it. Caches of builds travel the same ways.
 */
@NullMarked
package dev.skiff.image;

import org.jspecify.annotations.NullMarked;
