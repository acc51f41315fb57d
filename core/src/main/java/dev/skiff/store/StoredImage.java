package dev.skiff.store;

import dev.skiff.layer.LayerStack;
import dev.skiff.oci.Digest;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Manifest;
import java.nio.file.Path;
import java.util.List;

/**
 * An image of the store, complete and unpacked.
 *
 * @param descriptor of its manifest
 * @param layers the lowest first
 */
public record StoredImage(Descriptor descriptor, Manifest manifest, ImageConfig config, List<StoredLayer> layers) {
    public StoredImage {
        layers = List.copyOf(layers);
    }

    /** What names the image: the digest of its manifest. */
    public Digest digest() {
        return descriptor.digest();
    }

    /** What Docker names it by: the digest of its config. */
    public Digest id() {
        return manifest.config().digest();
    }

    /** The directories for overlayfs to stack, the lowest first: {@link StoredLayer#directories}. */
    public List<Path> lowerDirectories() {
        return StoredLayer.directories(layers);
    }

    /** The files of the image, by the indexes of its layers. */
    public LayerStack files() {
        return new LayerStack(layers.stream().map(StoredLayer::index).toList());
    }
}
