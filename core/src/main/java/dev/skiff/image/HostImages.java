package dev.skiff.image;

import dev.skiff.StoreException;
import dev.skiff.host.Host;
import dev.skiff.host.HostImage;
import dev.skiff.layer.LayerWriter;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.store.LayerHost;
import dev.skiff.store.NewLayer;
import dev.skiff.store.StepCache.Step;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Images made of programs of this host. */
public final class HostImages {
    private static final String RESULT = "host image";

    private final Store store;
    private final LayerHost layers;

    public HostImages(Store store, LayerHost layers) {
        this.store = store;
        this.layers = layers;
    }

    /**
     * An image of these programs with all that they need. Nothing is read or written if it was made before and the host has not
     * changed.
     *
     * @throws dev.skiff.HostProgramException if any of them is not here
     */
    public StoredImage of(List<String> programs) {
        try {
            HostImage image = Host.current().image(programs);
            DiffId layer = layer(image);
            ImageConfig config = image.config().plusLayer(layer, image.history());
            return store.images().commit(config, Optional.empty());
        } catch (IOException e) {
            throw new StoreException(
                    "image of " + String.join(", ", programs) + " from this host: " + e.getMessage(), store.home(), e);
        }
    }

    private DiffId layer(HostImage image) throws IOException {
        Optional<DiffId> known = store.steps().find(image.identity()).flatMap(Step::layer);
        if (known.isPresent()) {
            return known.get();
        }
        try (NewLayer layer = store.layers().create()) {
            LayerWriter writer = new LayerWriter(layer.files(), layers.overlayForm());
            image.writeTo(writer);
            DiffId made = layer.commit(writer.finish()).diffId();
            store.steps().put(image.identity(), new Step(Optional.of(made), RESULT));
            return made;
        }
    }
}
