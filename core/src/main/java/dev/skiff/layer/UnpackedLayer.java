package dev.skiff.layer;

import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import java.util.List;

/**
 * What came of a layer's tar.
 *
 * @param tarBytes of the whole tar
 * @param index of what it holds
 * @param leftOut device nodes that this host would not let us make; the index lists them all the same
 */
public record UnpackedLayer(DiffId diffId, long tarBytes, LayerIndex index, List<RawPath> leftOut) {
    public UnpackedLayer {
        leftOut = List.copyOf(leftOut);
    }
}
