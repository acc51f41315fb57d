package dev.skiff.layer;

import dev.skiff.linux.RawPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The file tree that the layers of an image make together, told from their indexes alone: nothing is mounted or read. A
 * look-up asks each layer from the top down, so making one costs nothing.
 */
public final class LayerStack {
    /** No layers, so no files. */
    public static final LayerStack EMPTY = new LayerStack(List.of());

    private final List<LayerIndex> layers;

    /** @param layers from the bottom up, as an image lists them */
    public LayerStack(List<LayerIndex> layers) {
        this.layers = List.copyOf(layers);
    }

    /**
     * A file as the stack shows it.
     *
     * @param layer which layer has it, from 0 at the bottom
     */
    public record Found(int layer, LayerEntry entry) {}

    /** What is at this path, itself and not what a link points to; the directories above are taken as they are. */
    public Optional<Found> find(RawPath path) {
        Optional<Found> implied = Optional.empty();
        for (int layer = layers.size() - 1; layer >= 0; layer--) {
            LayerIndex index = layers.get(layer);
            Optional<LayerEntry> entry = index.find(path);
            if (entry.isPresent() && entry.get().isWhiteout()) {
                return implied;
            }
            if (entry.isPresent() && !entry.get().implied()) {
                boolean shadowed = implied.isPresent() && !entry.get().isDirectory();
                return shadowed ? implied : entry.map(found(layer));
            }
            if (implied.isEmpty()) {
                implied = entry.map(found(layer));
            }
            if (hides(index, path)) {
                return implied;
            }
        }
        return implied;
    }

    private static Function<LayerEntry, Found> found(int layer) {
        return entry -> new Found(layer, entry);
    }

    /** Whether a layer keeps those below from showing anything at this path: it says so at the path or above it. */
    private static boolean hides(LayerIndex index, RawPath path) {
        for (RawPath at = path; ; at = at.parent()) {
            Optional<LayerEntry> entry = index.find(at);
            if (entry.isPresent() && (entry.get().opaque() || !entry.get().isDirectory())) {
                return true;
            }
            if (at.isRoot()) {
                return false;
            }
        }
    }

    /** What a directory of the stack holds, in the order of the names. */
    public List<Found> children(RawPath directory) {
        SortedMap<RawPath, Found> children = new TreeMap<>();
        Set<RawPath> settled = new TreeSet<>();
        for (int layer = layers.size() - 1; layer >= 0; layer--) {
            for (LayerEntry entry : layers.get(layer).children(directory)) {
                if (settled.add(entry.path())) {
                    find(entry.path()).ifPresent(found -> children.put(entry.path(), found));
                }
            }
            if (hides(layers.get(layer), directory)) {
                break;
            }
        }
        return new ArrayList<>(children.values());
    }

    /** The layers, from the bottom up. */
    public Collection<LayerIndex> layers() {
        return layers;
    }
}
