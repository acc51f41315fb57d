/**
 * Volumes: {@code volumes/NAME/data} in the home is what a container sees, {@code volumes/NAME.lock} says who uses it.
 *
 * <p>Containers hold the lock together for as long as they may write; who fills a volume that is empty, or removes one, holds it
 * alone. The kernel frees the locks of the dead, so a volume is never in use by nobody. What fills one is written beside it, put on the
 * disk and renamed.
 */
@NullMarked
package dev.skiff.volume;

import org.jspecify.annotations.NullMarked;
