package dev.skiff.store;

import dev.skiff.DigestMismatchException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.RegistryException;
import dev.skiff.StoreException;
import dev.skiff.layer.ArchiveException;
import dev.skiff.linux.SyscallException;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Takes one image in, whole or not at all. Layers are fetched side by side and shown together at the end: an image that
 * turns out to be bad leaves nothing behind. One that merely could not be fetched to its end leaves the layers that did come
 * whole, for the next try.
 */
final class ImageIntake {
    private static final int LAYERS_AT_ONCE = 4;

    private final Store store;
    private final Descriptor descriptor;
    private final byte[] document;
    private final BlobSource blobs;
    private final String source;
    private final List<LayerIntake> open = Collections.synchronizedList(new ArrayList<>());
    private final List<LayerIntake> finished = Collections.synchronizedList(new ArrayList<>());

    /** @param source where the image comes from, as a person would name it */
    ImageIntake(Store store, Descriptor descriptor, byte[] document, BlobSource blobs, String source) {
        this.store = store;
        this.descriptor = descriptor;
        this.document = document.clone();
        this.blobs = blobs;
        this.source = source;
    }

    /** A layer as the manifest and the config name it together. */
    private record Layer(Descriptor blob, DiffId diffId) {}

    /** Does it, and has the image in the store, though under no name. */
    void run() {
        check("manifest", descriptor, document);
        try {
            Manifest manifest = Manifest.read(document, descriptor.mediaType());
            byte[] configDocument = config(manifest.config());
            layers(pair(manifest, Json.read(configDocument, ImageConfig.class)));
            store.blobs().put(manifest.config(), configDocument);
            store.blobs().put(descriptor, document);
        } catch (JsonException e) {
            throw new StoreException(source + ": not an image that can run: " + e.getMessage(), store.home(), e);
        } catch (SyscallException e) {
            throw new StoreException(source + ": " + e.getMessage(), store.home(), e);
        } catch (ArchiveException e) {
            throw new StoreException(String.valueOf(e.getMessage()), store.home(), e);
        } catch (IOException e) {
            throw StoreIo.failure("import " + source, store.home(), e);
        }
    }

    private void check(String what, Descriptor promised, byte[] content) {
        if (content.length != promised.size()) {
            throw BlobStore.mismatch(source + ": " + what, promised.size() + " bytes", content.length + " bytes");
        }
        Digest actual = Digest.of(promised.digest().algorithm(), content);
        if (!actual.equals(promised.digest())) {
            throw BlobStore.mismatch(source + ": " + what, promised.digest(), actual);
        }
    }

    private byte[] config(Descriptor config) throws IOException {
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw new StoreException(
                    source + ": not an image that can run, but an artifact with a config of type " + config.mediaType(),
                    store.home());
        }
        if (config.size() > Json.MAX_BYTES) {
            throw new StoreException(source + ": its config has " + config.size() + " bytes", store.home());
        }
        try (InputStream in = blobs.open(config)) {
            byte[] content = in.readNBytes((int) config.size() + 1);
            check("config", config, content);
            return content;
        }
    }

    private Set<Layer> pair(Manifest manifest, ImageConfig config) {
        List<Descriptor> layers = manifest.layers();
        if (layers.size() != config.diffIds().size()) {
            throw new StoreException(
                    source + ": its manifest has " + layers.size() + " layers, its config "
                            + config.diffIds().size(),
                    store.home());
        }
        Set<Layer> pairs = new LinkedHashSet<>();
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i);
            if (!MediaTypes.isLayer(layer.mediaType()) || MediaTypes.isForeignLayer(layer.mediaType())) {
                throw new StoreException(
                        source + ": a layer is of type " + layer.mediaType() + ", which does not run on Linux",
                        store.home());
            }
            pairs.add(new Layer(layer, config.diffIds().get(i)));
        }
        return pairs;
    }

    private void layers(Set<Layer> layers) throws IOException {
        List<Layer> missing = missing(layers);
        if (missing.isEmpty()) {
            return;
        }
        Deque<StoreLocks.Held> held = new ArrayDeque<>();
        try {
            lock(missing, held);
            take(missing(layers)); // another may have brought some while we waited
        } finally {
            held.forEach(StoreLocks.Held::close);
        }
    }

    private List<Layer> missing(Set<Layer> layers) {
        return layers.stream()
                .filter(layer -> !store.hasLayer(layer.blob(), layer.diffId()))
                .toList();
    }

    /** In one order for everybody, so that two images with layers in common cannot wait for each other. */
    private void lock(List<Layer> layers, Deque<StoreLocks.Held> held) {
        TreeSet<String> names = layers.stream()
                .map(layer -> LayerStore.lockOf(layer.diffId()))
                .collect(Collectors.toCollection(TreeSet::new));
        for (String name : names) {
            held.push(store.locks().hold(name, "import " + source));
        }
    }

    private void take(List<Layer> missing) throws IOException {
        List<ParallelWork.Piece> pieces = new ArrayList<>();
        for (Layer layer : missing) {
            pieces.add(() -> fetch(layer));
        }
        try {
            ParallelWork.run(pieces, store.executor(), LAYERS_AT_ONCE, "import " + source);
            publish();
        } catch (RegistryException | InterruptedOperationException e) {
            publish();
            throw e;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("fetching throws no other kind", e);
        } finally {
            giveUpTheRest();
        }
    }

    private void fetch(Layer layer) throws IOException {
        try {
            read(layer);
        } catch (IOException | DigestMismatchException e) {
            if (!store.blobs().removeIfDamaged(layer.blob())) {
                throw e;
            }
            read(layer); // it was the store's own blob that was damaged, and now another is asked for
        }
    }

    private void read(Layer layer) throws IOException {
        LayerIntake intake = LayerIntake.open(layer.blob(), layer.diffId(), source, store.blobs(), store.layers());
        open.add(intake);
        intake.read(blobs, store.host().overlayForm());
        finished.add(intake);
    }

    private void publish() throws IOException {
        for (LayerIntake intake : finished) {
            intake.publish(store.diffIds());
        }
    }

    private void giveUpTheRest() throws IOException {
        for (LayerIntake intake : open) {
            intake.close();
        }
    }
}
