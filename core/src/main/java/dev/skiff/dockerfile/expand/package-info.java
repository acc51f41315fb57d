/** Variables, quotes and escapes in words: {@link dev.skiff.dockerfile.expand.Expander} is the way in. */
@NullMarked
package dev.skiff.dockerfile.expand;

import org.jspecify.annotations.NullMarked;
