/**
 * Layers: the tar that an image carries, the directory that overlayfs stacks, and the ways between them.
 *
 * <p><b>Our own tar code.</b> Names in an archive are bytes of no known encoding, an archive is a stranger's, and what we
 * write must be the same bytes for ever, for its hash is the layer's name. Libraries give us names as strings, believe what
 * headers say of lengths, or change what they write between versions; so these few hundred lines are ours. Decoders for bzip2,
 * xz and zstd are not.
 *
 * <p><b>Nanoseconds are written.</b> The tar of a layer keeps times to the nanosecond, in a PAX header where there is a
 * fraction. Docker drops it, which saves 1 KiB a file and loses what incremental builds inside the container go by, and then a
 * layer that went through a registry is not the layer that was built. We gave up the kilobyte.
 *
 * <p><b>A layer's directory says what its tar says, not more.</b> It is the same below whatever other layers, and known by its
 * diff id alone. Hence directories that a tar does not list but only needs are marked "implied" in its index: what they are like
 * is for the layers below to say.
 */
@NullMarked
package dev.skiff.layer;

import org.jspecify.annotations.NullMarked;
