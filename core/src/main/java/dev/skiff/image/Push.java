package dev.skiff.image;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.registry.Destination;
import dev.skiff.store.OutgoingLayer;
import dev.skiff.store.ParallelWork;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One push. Layers go side by side, each only if the registry lacks it. The manifest goes last. An image whose layers all have blobs keeps its manifest, and so its
 * digest; for one with layers that were built here a manifest is made that names what they came to.
 */
final class Push {
    private static final int LAYERS_AT_ONCE = 4;

    private final Store store;
    private final StoredImage image;
    private final Destination destination;
    private final Map<Digest, String> elsewhere;
    private final PushListener listener;
    private final String work;

    /** What layers are called there that are called otherwise here. */
    private final Map<Digest, Descriptor> names = new ConcurrentHashMap<>();

    private final AtomicInteger reused = new AtomicInteger();

    /**
     * @param elsewhere which other repositories of the registry may have which blobs
     * @param work such as {@code push team/app:1}
     */
    Push(
            Store store,
            StoredImage image,
            Destination destination,
            Map<Digest, String> elsewhere,
            PushListener listener,
            String work) {
        this.store = store;
        this.image = image;
        this.destination = destination;
        this.elsewhere = elsewhere;
        this.listener = listener;
        this.work = work;
    }

    PushedImage run() {
        Map<Digest, OutgoingLayer> layers = new LinkedHashMap<>();
        store.images()
                .outgoing(image)
                .forEach(layer -> layers.putIfAbsent(layer.blob().digest(), layer));
        try (Packers packers = new Packers()) {
            LayerUpload upload = new LayerUpload(destination, elsewhere, packers.executor(), listener);
            List<ParallelWork.Piece> pieces = new ArrayList<>();
            pieces.add(this::config);
            layers.values().forEach(layer -> pieces.add(() -> send(layer, upload)));
            ParallelWork.run(pieces, store.executor(), LAYERS_AT_ONCE, work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("pushing throws no other kind", e);
        }
        return new PushedImage(manifest().digest(), layers.size(), reused.get());
    }

    private void config() {
        Descriptor config = image.manifest().config();
        if (!destination.has(config)) {
            byte[] document = store.images().document(config);
            destination.upload(config, () -> new ByteArrayInputStream(document));
        }
    }

    private void send(OutgoingLayer layer, LayerUpload upload) {
        LayerUpload.Sent sent = upload.send(layer);
        if (sent.reused()) {
            reused.incrementAndGet();
        }
        if (layer.isPacked()) {
            names.put(layer.blob().digest(), sent.blob());
        }
    }

    private Descriptor manifest() {
        Manifest here = image.manifest();
        List<Descriptor> layers = here.layers().stream()
                .map(layer -> names.getOrDefault(layer.digest(), layer))
                .toList();
        byte[] document = layers.equals(here.layers())
                ? store.images().document(image.descriptor())
                : Json.write(here.withLayers(layers));
        Descriptor manifest = Descriptor.of(image.descriptor().mediaType(), document);
        destination.manifest(manifest, document);
        return manifest;
    }
}
