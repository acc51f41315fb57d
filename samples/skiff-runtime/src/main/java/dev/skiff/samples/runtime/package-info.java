/** The command line of runc on Skiff's own runtime. */
@NullMarked
package dev.skiff.samples.runtime;

import org.jspecify.annotations.NullMarked;
