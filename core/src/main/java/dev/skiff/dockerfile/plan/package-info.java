/** Which stages there are, what each is based on and copies from, and which of them a target needs. */
@NullMarked
package dev.skiff.dockerfile.plan;

import org.jspecify.annotations.NullMarked;
