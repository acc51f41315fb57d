package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How overlayfs keeps its marks on this host: root's mounts look for {@code trusted.} attributes, those of a user namespace
 * for {@code user.} ones.
 *
 * @param xattrPrefix {@code "trusted.overlay."} or {@code "user.overlay."}
 */
public record OverlayForm(String xattrPrefix) {
    /** As root of the host. */
    public static final OverlayForm ROOT = new OverlayForm("trusted.overlay.");

    /** As root of a user namespace. */
    public static final OverlayForm USER_NAMESPACE = new OverlayForm("user.overlay.");

    private static final byte[] YES = {'y'};

    /** What a directory of a layer gets on disk, its mark included. The root needs none: overlayfs always merges roots. */
    FileMetadata onDisk(LayerEntry directory) {
        if (!directory.opaque() || directory.path().isRoot()) {
            return directory.metadata();
        }
        SortedMap<String, byte[]> xattrs = new TreeMap<>(directory.metadata().xattrs());
        xattrs.put(xattrPrefix + "opaque", YES);
        return directory.metadata().withXattrs(xattrs);
    }

    boolean isOpaque(FileMetadata onDisk) {
        byte[] mark = onDisk.xattrs().get(xattrPrefix + "opaque");
        return mark != null && mark.length == 1 && mark[0] == 'y';
    }

    /** Whether overlayfs keeps here a part of what the file is, which only a mount could put together again. */
    boolean isPartial(FileMetadata onDisk) {
        return onDisk.xattrs().containsKey(xattrPrefix + "redirect")
                || onDisk.xattrs().containsKey(xattrPrefix + "metacopy");
    }
}
