/** The C library, and thin classes over its descriptors: the only door from Java to the kernel. No policy lives here. */
@NullMarked
package dev.skiff.linux.libc;

import org.jspecify.annotations.NullMarked;
