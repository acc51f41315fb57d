/**
 * What Skiff keeps on the disk, below one home that any number of JVMs share.
 *
 * <pre>
 * oci/                 an OCI image layout: index.json says which name is which image, blobs/ has the rest
 * layers/ID/           an unpacked layer, by the hex digits of its diff id: diff/ for overlayfs to stack, the
 *                      index of its entries, layer.json
 * containers/          one directory each
 * volumes/             what containers share and keep, see dev.skiff.volume
 * mountpoints/         the layer below all others, see dev.skiff.run
 * cache/steps/KEY      what a step of a build came to
 * cache/diffids/BLOB   which layer a blob was seen to unpack to
 * cache/mounts/        what RUN --mount=type=cache keeps
 * cache/web/           what ADD fetched, see dev.skiff.build.remote
 * cache/digests/       what files of build contexts hashed to when they were last read
 * cache/packed/ID      the blob that a built layer came to when it was last compressed, by diff id
 * tmp/UUID, .lock      what an open store has not finished; the lock is held as long as its process lives
 * locks/               one file for each thing that is being made
 * version              of all this
 * </pre>
 *
 * <p><b>What is visible is complete.</b> Files are written in {@code tmp}, forced to the disk, renamed, and their directory is
 * forced; layers are unpacked in {@code tmp}, synced as a whole (syncfs(2)), renamed. Content is named by its hash and checked
 * on its way in, whatever it comes from; documents also on their way out. The layers of an image show together, after all of them
 * have turned out to be right.
 *
 * <p><b>A built layer has no blob.</b> Its manifest names it as a plain tar, whose digest is the diff id; the file is missing
 * from {@code blobs/}, which the image specification allows (image-layout.md: missing blobs "should be fulfilled by an external
 * blob store"), until {@link dev.skiff.store.ImageStore#blob} or {@link dev.skiff.store.ImageStore#complete} makes it of
 * the directory. So a build writes its files once and never compresses; what we gave up is that another tool can copy such an
 * image out of the layout before it has been completed. It can list and inspect it.
 *
 * <p><b>Names are whole.</b> Both {@code org.opencontainers.image.ref.name} and containerd's annotation hold the full reference,
 * for a tag alone would be ambiguous; {@code skopeo inspect oci:HOME/oci:docker.io/library/node:18} works. Entries of other
 * tools are read and kept. Of an image for many platforms only the manifest that was chosen is kept.
 *
 * <p><b>Locks</b> are flock(2) on a file of {@code locks/}, held only while the thing is made; the kernel frees those of the
 * dead. Who needs several takes them in the order of their names, the name table last.
 *
 * <p><b>Step records are hints.</b> They are not forced to the disk and say by a checksum that they are whole, so remembering a
 * step costs no waiting; their layers were on the disk before.
 */
@NullMarked
package dev.skiff.store;

import org.jspecify.annotations.NullMarked;
