package dev.skiff.run;

import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.store.LayerStore;
import dev.skiff.store.StoredImage;
import java.nio.file.Path;
import java.util.List;

/**
 * What a container starts from.
 *
 * @param name for people, in messages: {@code node:18-alpine}
 * @param layers unpacked, from the bottom up
 * @param files what the layers show together
 */
public record RootImage(String name, ContainerConfig config, List<Path> layers, ImageFiles files) {
    public RootImage {
        layers = List.copyOf(layers);
    }

    /** An image of a store. */
    public static RootImage of(String name, StoredImage image, LayerStore layers) {
        return new RootImage(
                name, image.config().containerConfig(), image.lowerDirectories(), new StoredFiles(image, layers));
    }
}
