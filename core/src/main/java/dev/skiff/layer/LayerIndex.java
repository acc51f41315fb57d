package dev.skiff.layer;

import dev.skiff.linux.RawPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What is in a layer, without the contents: so that the file tree of an image is known without looking at the disk. */
public final class LayerIndex {
    /** The first of all names, for none holds a NUL byte. */
    private static final RawPath FIRST_NAME = RawPath.ofBytes(new byte[] {1});

    private final NavigableMap<RawPath, LayerEntry> entries;

    /** Takes the map over. */
    LayerIndex(NavigableMap<RawPath, LayerEntry> entries) {
        this.entries = Collections.unmodifiableNavigableMap(entries);
    }

    /** An index of these entries; of two at one path the later counts. */
    public static LayerIndex of(Collection<LayerEntry> entries) {
        NavigableMap<RawPath, LayerEntry> map = new TreeMap<>();
        entries.forEach(entry -> map.put(entry.path(), entry));
        return new LayerIndex(map);
    }

    /** All entries in the order of their paths, so each after the directory that holds it. */
    public Collection<LayerEntry> entries() {
        return entries.values();
    }

    /** What the layer has at this path, which may be a deletion. */
    public Optional<LayerEntry> find(RawPath path) {
        return Optional.ofNullable(entries.get(path));
    }

    /** What the layer has right below this directory. */
    public List<LayerEntry> children(RawPath directory) {
        List<LayerEntry> children = new ArrayList<>();
        NavigableMap<RawPath, LayerEntry> below = below(entries, directory);
        RawPath at = below.isEmpty() ? null : below.firstKey();
        while (at != null) {
            RawPath child = childAbove(directory, at);
            if (child.equals(at)) {
                children.add(below.get(at));
                at = below.higherKey(at);
            } else {
                at = below.ceilingKey(pastAllBelow(child)); // over the rest of that directory in one step
            }
        }
        return children;
    }

    /** Whether the layer hides everything below it, from the root on. */
    public boolean hidesEverything() {
        return find(RawPath.ROOT).map(LayerEntry::opaque).orElse(false);
    }

    /**
     * The part of a map by path that lies below a directory. Paths are ordered by their bytes, so it is everything between
     * the directory's path with a slash after it and the same with a '0', the byte after the slash.
     */
    static <T> NavigableMap<RawPath, T> below(NavigableMap<RawPath, T> map, RawPath directory) {
        if (directory.isRoot()) {
            return map.tailMap(RawPath.ROOT, false);
        }
        return map.subMap(directory.resolve(FIRST_NAME), true, pastAllBelow(directory), false);
    }

    private static RawPath pastAllBelow(RawPath directory) {
        byte[] after = Arrays.copyOf(directory.bytes(), directory.bytes().length + 1);
        after[after.length - 1] = '/' + 1;
        return RawPath.ofBytes(after);
    }

    private static RawPath childAbove(RawPath directory, RawPath path) {
        RawPath at = path;
        while (!at.parent().equals(directory)) {
            at = at.parent();
        }
        return at;
    }
}
