package dev.skiff.build;

import dev.skiff.layer.LayerIndex;
import dev.skiff.oci.DiffId;
import dev.skiff.store.StoredLayer;
import java.util.HashMap;
import java.util.Map;

/** The indexes of the layers that one build has looked into, each read once. */
final class LayerIndexes {
    private final Map<DiffId, LayerIndex> read = new HashMap<>();

    LayerIndex of(StoredLayer layer) {
        return read.computeIfAbsent(layer.diffId(), id -> layer.index());
    }
}
