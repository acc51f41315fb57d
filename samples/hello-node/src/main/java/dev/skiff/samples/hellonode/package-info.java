/** The sample of the README's first command. */
@NullMarked
package dev.skiff.samples.hellonode;

import org.jspecify.annotations.NullMarked;
