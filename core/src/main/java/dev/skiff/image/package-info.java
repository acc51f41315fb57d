/** Where images come from: a registry, or programs of this host. Either way they are in the store before anybody sees them. */
@NullMarked
package dev.skiff.image;

import org.jspecify.annotations.NullMarked;
