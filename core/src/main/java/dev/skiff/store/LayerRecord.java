package dev.skiff.store;

import dev.skiff.oci.DiffId;
import java.util.List;

/**
 * What is kept beside the directory of a layer.
 *
 * @param tarBytes of its uncompressed tar
 * @param built whether it was made here, so that its tar is a function of its directory
 * @param hidesEverything whether nothing of the layers below shows
 * @param leftOut files that this host could not make, such as devices in a user namespace
 */
record LayerRecord(DiffId diffId, long tarBytes, boolean built, boolean hidesEverything, List<String> leftOut) {
    LayerRecord {
        leftOut = List.copyOf(leftOut);
    }
}
