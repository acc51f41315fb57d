package dev.skiff;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.History;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.store.NewLayer;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Images for tests, put into the store of a Skiff. */
final class TestImages {
    private TestImages() {}

    /** Busybox with its shell and its tools, as {@code busybox:latest}. */
    static Image busybox(Skiff skiff) throws IOException {
        return busybox(skiff, ContainerConfig.empty());
    }

    static Image busybox(Skiff skiff, ContainerConfig config) throws IOException {
        return busybox(skiff, config, root -> {});
    }

    /** Does something to the root of an image before it is one. */
    interface Change {
        void make(Path root) throws Exception;
    }

    static Image busybox(Skiff skiff, ContainerConfig config, Change change) throws IOException {
        Engine engine = skiff.engine();
        try (NewLayer layer = engine.store().layers().create()) {
            change(BusyboxRoot.in(layer.directory()), change);
            StoredLayer stored = layer.commit(List.of());
            ImageConfig image = ImageConfig.of(Platform.host())
                    .withConfig(config)
                    .plusLayer(stored.diffId(), History.of(Instant.EPOCH, "busybox"));
            return Image.of(engine, engine.store().images().commit(image, Optional.empty()), "busybox")
                    .tag("busybox:latest");
        }
    }

    private static void change(Path root, Change change) throws IOException {
        try {
            change.make(root);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("change the root of an image", e);
        }
    }
}
