package dev.skiff.layer;

import dev.skiff.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a tar says that a layer deletes something (image-spec, layer.md, "Whiteouts"): by the names of entries. Overlayfs says
 * the same with a character device 0:0 and an extended attribute, so only Skiff's own code makes those.
 */
final class Whiteout {
    private static final byte[] PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] META_PREFIX = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);
    private static final RawPath OPAQUE = RawPath.of(".wh..wh..opq");

    private Whiteout() {}

    static boolean isOpaqueMarker(RawPath path) {
        return path.name().equals(OPAQUE);
    }

    static boolean isWhiteout(RawPath path) {
        return startsWith(path.name(), PREFIX);
    }

    /** Whether this or a directory above it is bookkeeping of aufs, which made the format up and which others pass over. */
    static boolean isBookkeeping(RawPath path) {
        for (RawPath at = path; !at.isRoot(); at = at.parent()) {
            if (startsWith(at.name(), META_PREFIX) && !(at.equals(path) && isOpaqueMarker(at))) {
                return true;
            }
        }
        return false;
    }

    /** What the whiteout hides. */
    static RawPath hidden(RawPath whiteout) throws ArchiveException {
        byte[] name = whiteout.name().bytes();
        byte[] hidden = Arrays.copyOfRange(name, PREFIX.length, name.length);
        boolean dots = Arrays.equals(hidden, new byte[] {'.'}) || Arrays.equals(hidden, new byte[] {'.', '.'});
        if (hidden.length == 0 || dots) {
            throw new ArchiveException(
                    "tar entry \"" + whiteout + "\": this whiteout names nothing that can be deleted");
        }
        return whiteout.parent().resolve(RawPath.ofBytes(hidden));
    }

    /** The name of the entry that hides this. */
    static RawPath hiding(RawPath path) {
        byte[] name = path.name().bytes();
        byte[] whiteout = Arrays.copyOf(PREFIX, PREFIX.length + name.length);
        System.arraycopy(name, 0, whiteout, PREFIX.length, name.length);
        return path.parent().resolve(RawPath.ofBytes(whiteout));
    }

    static RawPath opaqueMarkerOf(RawPath directory) {
        return directory.resolve(OPAQUE);
    }

    private static boolean startsWith(RawPath name, byte[] prefix) {
        byte[] bytes = name.bytes();
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
