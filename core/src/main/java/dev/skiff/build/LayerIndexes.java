package dev.skiff.build;

import dev.skiff.layer.LayerIndex;
import dev.skiff.oci.DiffId;
import dev.skiff.store.StoredLayer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The indexes of the layers that one build has looked into, each read once, or by two stages at the same time. Thread-safe. */
final class LayerIndexes {
    private final Map<DiffId, LayerIndex> read = new ConcurrentHashMap<>();

    LayerIndex of(StoredLayer layer) {
        LayerIndex known = read.get(layer.diffId());
        if (known != null) {
            return known;
        }
        LayerIndex index = layer.index(); // not within the map, whose other users would wait for the disk
        read.put(layer.diffId(), index);
        return index;
    }
}
