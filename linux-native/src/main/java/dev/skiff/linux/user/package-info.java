/** Ordinary users: user namespaces, and the ranges of ids that the host lends them. */
@NullMarked
package dev.skiff.linux.user;

import org.jspecify.annotations.NullMarked;
