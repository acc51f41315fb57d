package dev.skiff.store;

import dev.skiff.oci.DiffId;
import java.util.List;
import java.util.Optional;

/**
 * What is kept beside the directory of a layer.
 *
 * @param tarBytes of its uncompressed tar
 * @param built whether it was made here, so that its tar is a function of its directory
 * @param hidesEverything whether nothing of the layers below shows
 * @param leftOut files that this host could not make, such as devices in a user namespace
 * @param boot in which it counts alone, because not all of it is on the disk; see {@link UnsettledLayers}
 */
record LayerRecord(
        DiffId diffId,
        long tarBytes,
        boolean built,
        boolean hidesEverything,
        List<String> leftOut,
        Optional<String> boot) {
    LayerRecord {
        leftOut = List.copyOf(leftOut);
    }

    /** That of the same layer when all of it is on the disk. */
    LayerRecord settled() {
        return new LayerRecord(diffId, tarBytes, built, hidesEverything, leftOut, Optional.empty());
    }
}
