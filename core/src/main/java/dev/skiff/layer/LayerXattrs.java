package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which extended attributes belong to an image. Overlayfs steers by attributes of its own: one that came out of an archive
 * could make a directory show other files of the host's file system. Labels of security modules are this host's policy.
 */
final class LayerXattrs {
    private static final String CAPABILITY = "security.capability";

    private LayerXattrs() {}

    static boolean isOverlay(String name) {
        return name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.");
    }

    private static boolean belongs(String name) {
        return !isOverlay(name) && (!name.startsWith("security.") || name.equals(CAPABILITY));
    }

    static FileMetadata clean(FileMetadata metadata) {
        if (metadata.xattrs().isEmpty()) {
            return metadata;
        }
        SortedMap<String, byte[]> kept = new TreeMap<>(metadata.xattrs());
        kept.keySet().removeIf(name -> !belongs(name));
        return metadata.withXattrs(kept);
    }
}
