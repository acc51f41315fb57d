package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One file of a layer: what it is, and what it does to the layers below.
 *
 * @param path where, with no link in between
 * @param metadata a deletion is a character device 0:0 here as it is for overlayfs, see {@link #isWhiteout()}
 * @param linkTarget of a symbolic link, byte for byte
 * @param hardLinkTo the name under which the same file comes first in the layer
 * @param content the sha256 of a regular file's content, where it is known
 * @param opaque of a directory: nothing of the layers below shows through
 * @param implied of a directory: the layer does not list it, only something below; the layers below say what it is like
 */
public record LayerEntry(
        RawPath path,
        FileMetadata metadata,
        Optional<byte[]> linkTarget,
        Optional<RawPath> hardLinkTo,
        Optional<Digest> content,
        boolean opaque,
        boolean implied) {
    private static final FileMetadata WHITEOUT = FileMetadata.of(FileMetadata.S_IFCHR, 0);
    private static final FileMetadata IMPLIED = FileMetadata.directory(0755);

    /** A directory. */
    public static LayerEntry directory(RawPath path, FileMetadata metadata) {
        return plain(path, metadata.withSize(0));
    }

    /** A regular file, whose size is the metadata's. */
    public static LayerEntry file(RawPath path, FileMetadata metadata) {
        return plain(path, metadata);
    }

    /** A regular file whose content has been hashed already; who says so answers for it. */
    public static LayerEntry file(RawPath path, FileMetadata metadata, Digest content) {
        return plain(path, metadata).withContent(content);
    }

    /** A FIFO or a device. */
    public static LayerEntry node(RawPath path, FileMetadata metadata) {
        return plain(path, metadata.withSize(0));
    }

    /** A symbolic link to {@code target}, whatever that may be. */
    public static LayerEntry symlink(RawPath path, FileMetadata metadata, byte[] target) {
        return new LayerEntry(
                path,
                metadata.withSize(target.length),
                Optional.of(target.clone()),
                Optional.empty(),
                Optional.empty(),
                false,
                false);
    }

    /** Another name for {@code first}. */
    public static LayerEntry hardLink(RawPath path, LayerEntry first) {
        return new LayerEntry(
                path,
                first.metadata,
                first.linkTarget,
                Optional.of(first.hardLinkTo.orElse(first.path)),
                first.content,
                false,
                false);
    }

    /** The deletion of what layers below have at {@code path}. */
    public static LayerEntry whiteout(RawPath path) {
        return plain(path, WHITEOUT);
    }

    static LayerEntry implied(RawPath path) {
        return new LayerEntry(path, IMPLIED, Optional.empty(), Optional.empty(), Optional.empty(), false, true);
    }

    private static LayerEntry plain(RawPath path, FileMetadata metadata) {
        return new LayerEntry(path, metadata, Optional.empty(), Optional.empty(), Optional.empty(), false, false);
    }

    /** Whether this deletes what layers below have at this path. */
    public boolean isWhiteout() {
        return isWhiteout(metadata);
    }

    static boolean isWhiteout(FileMetadata metadata) {
        return metadata.type() == FileMetadata.S_IFCHR && metadata.deviceMajor() == 0 && metadata.deviceMinor() == 0;
    }

    public boolean isDirectory() {
        return metadata.isDirectory();
    }

    LayerEntry withMetadata(FileMetadata changed) {
        return new LayerEntry(path, changed, linkTarget, hardLinkTo, content, opaque, implied);
    }

    LayerEntry withContent(Digest digest) {
        return new LayerEntry(path, metadata, linkTarget, hardLinkTo, Optional.of(digest), opaque, implied);
    }

    LayerEntry withoutLink() {
        return new LayerEntry(path, metadata, linkTarget, Optional.empty(), content, opaque, implied);
    }

    LayerEntry asOpaque() {
        return new LayerEntry(path, metadata, linkTarget, hardLinkTo, content, true, implied);
    }

    /** How much of the archive's bytes this keeps in memory, roughly. */
    long weight() {
        long weight = path.bytes().length;
        weight += linkTarget.map(target -> target.length).orElse(0);
        for (var xattr : metadata.xattrs().entrySet()) {
            weight += xattr.getKey().length();
            weight += xattr.getValue().length;
        }
        return weight;
    }

    @Override
    public String toString() {
        String what = isWhiteout()
                ? "whiteout"
                : String.format("%06o %d:%d", metadata.mode(), metadata.uid(), metadata.gid());
        return path + " " + what
                + linkTarget
                        .map(target -> " -> " + new String(target, StandardCharsets.UTF_8))
                        .orElse("")
                + hardLinkTo.map(first -> " = " + first).orElse("")
                + (opaque ? " opaque" : "")
                + (implied ? " implied" : "");
    }
}
