package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a layer has been unpacked to so far, kept beside the real directory: it tells where an entry goes when its parents
 * are links, and whether a deletion is of something below or of the layer's own.
 */
final class LayerTree {
    private static final int MAX_LINKS = 40; // as the kernel's MAXSYMLINKS
    private static final int MAX_PATH = 4095; // as PATH_MAX, without its NUL
    private static final int MAX_NAME = 255;

    private final NavigableMap<RawPath, LayerEntry> entries = new TreeMap<>();
    private final ArchiveLimits limits;
    private final Consumer<LayerEntry> onImplied;
    private final Map<RawPath, Object> inodes = new HashMap<>();
    private long weight;

    /** Tells {@code onImplied} of each directory that has to be made though nothing lists it. */
    LayerTree(ArchiveLimits limits, Consumer<LayerEntry> onImplied) {
        this.limits = limits;
        this.onImplied = onImplied;
        entries.put(RawPath.ROOT, LayerEntry.implied(RawPath.ROOT));
    }

    Optional<LayerEntry> find(RawPath path) {
        return Optional.ofNullable(entries.get(path));
    }

    void put(LayerEntry entry) throws ArchiveException {
        weight += entry.weight();
        if (weight > limits.indexBytes()) {
            throw new ArchiveException("the names in the layer take more than " + limits.indexBytes() + " bytes");
        }
        if (entries.size() >= limits.entries()) {
            throw new ArchiveException("the layer has more than " + limits.entries() + " entries");
        }
        entries.put(entry.path(), entry);
        inodes.remove(entry.path());
    }

    /** Adds another name of a file. */
    void putHardLink(RawPath path, LayerEntry first) throws ArchiveException {
        Object inode = inodes.computeIfAbsent(first.path(), any -> new Object());
        put(LayerEntry.hardLink(path, first));
        inodes.put(path, inode);
    }

    /** Forgets what is at this path and below it. */
    void remove(RawPath path) {
        NavigableMap<RawPath, LayerEntry> below = LayerIndex.below(entries, path);
        inodes.keySet().removeAll(below.keySet());
        below.clear();
        entries.remove(path);
        inodes.remove(path);
    }

    /**
     * Where a path leads when the links of this layer are followed up to its last component, held at the root. Directories
     * that are missing on the way are added as implied.
     */
    RawPath locate(RawPath path) throws ArchiveException {
        checkLength(path);
        LayerEntry parent = entries.get(path.parent());
        if (parent != null
                && parent.isDirectory()) { // all above a known directory are directories, for paths here hold no link
            return path;
        }
        return follow(path.parent()).resolve(path.name());
    }

    private static void checkLength(RawPath path) throws ArchiveException {
        if (path.bytes().length > MAX_PATH || path.name().bytes().length > MAX_NAME) {
            throw new ArchiveException(
                    "a name in the archive is longer than Linux takes: " + path.bytes().length + " bytes");
        }
    }

    private RawPath follow(RawPath directory) throws ArchiveException {
        Deque<RawPath> ahead = new ArrayDeque<>(Links.components(directory.bytes()));
        RawPath at = RawPath.ROOT;
        int links = 0;
        while (!ahead.isEmpty()) {
            RawPath component = ahead.pop();
            RawPath next = component.isRoot() ? at.parent() : at.resolve(component);
            Optional<byte[]> target = find(next).flatMap(LayerEntry::linkTarget);
            if (target.isEmpty()) {
                makeDirectory(next);
                at = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                throw new ArchiveException("too many links on the way to " + directory);
            }
            at = target.get()[0] == '/' ? RawPath.ROOT : at;
            List<RawPath> inside = Links.components(target.get());
            for (int i = inside.size() - 1; i >= 0; i--) {
                ahead.push(inside.get(i));
            }
        }
        return at;
    }

    private void makeDirectory(RawPath path) throws ArchiveException {
        Optional<LayerEntry> existing = find(path);
        if (existing.isEmpty() || existing.get().isWhiteout()) {
            LayerEntry implied = LayerEntry.implied(path);
            put(existing.isEmpty() ? implied : implied.asOpaque()); // deleted below, and here again
            onImplied.accept(implied);
        } else if (!existing.get().isDirectory()) {
            throw new ArchiveException("an entry lies below " + path + ", which is no directory");
        }
    }

    /** Adds a directory, keeping what it holds when there is one already. What it replaces does not come back from below. */
    LayerEntry addDirectory(RawPath path, FileMetadata metadata) throws ArchiveException {
        LayerEntry entry = LayerEntry.directory(path, metadata);
        Optional<LayerEntry> existing = find(path);
        boolean opaque = existing.isPresent()
                && (existing.get().opaque() || !existing.get().isDirectory());
        put(opaque ? entry.asOpaque() : entry);
        return entry;
    }

    /**
     * The result. Only now is it known which of a file's names comes first: a later entry may have taken the name that the
     * others were linked to.
     */
    LayerIndex index() {
        IdentityHashMap<Object, LayerEntry> firsts = new IdentityHashMap<>();
        entries.replaceAll((path, entry) -> {
            Object inode = inodes.get(path);
            if (inode == null) {
                return entry;
            }
            LayerEntry first = firsts.putIfAbsent(inode, entry.withoutLink());
            return first == null ? entry.withoutLink() : LayerEntry.hardLink(path, first);
        });
        return new LayerIndex(entries);
    }
}
