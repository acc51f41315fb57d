package dev.skiff.linux.tree;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file while it is being looked at. */
final class Sight {
    private final RawPath path;
    private final boolean near;
    private final SortedMap<String, byte[]> xattrs = new TreeMap<>();
    private byte @Nullable [] linkTarget;
    private @Nullable FileMetadata metadata;
    private long device;
    private long inode;
    private long links;

    /** @param near whether the agent is in the directory that holds it, so that its name is enough */
    Sight(RawPath path, boolean near) {
        this.path = path;
        this.near = near;
    }

    int lines() {
        return near ? 0 : Batch.pathLines(path);
    }

    int bytes() {
        return Batch.pathBytes(path);
    }

    /** The address of what to call it. */
    long name(Batch batch) {
        return near ? batch.string(path.name().bytes()) : batch.path(path);
    }

    void found(Statx found) {
        metadata = found.metadata(Collections.emptySortedMap());
        device = found.device();
        inode = found.inode();
        links = found.links();
    }

    boolean isSymlink() {
        return metadata != null && metadata.isSymlink();
    }

    void linkTarget(byte[] target) {
        linkTarget = target;
    }

    void xattr(String name, byte[] value) {
        xattrs.put(name, value);
    }

    /** Nothing when there is no such file, or no longer. */
    Optional<TreeEntry> entry() {
        if (metadata == null) {
            return Optional.empty();
        }
        FileMetadata complete = xattrs.isEmpty() ? metadata : metadata.withXattrs(xattrs);
        return Optional.of(new TreeEntry(path, complete, device, inode, links, Optional.ofNullable(linkTarget)));
    }
}
