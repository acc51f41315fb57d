package dev.skiff.image;

import dev.skiff.Credentials;
import dev.skiff.ImageNotFoundException;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.registry.Destination;
import dev.skiff.registry.RegistryClient;
import dev.skiff.registry.Repository;
import dev.skiff.store.OutgoingLayer;
import dev.skiff.store.ParallelWork;
import dev.skiff.store.Store;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A build cache under a name of a registry. */
public final class RegistryCache implements CachePlace {
    /** For the answer whether it is there; a build does not wait for long for what may save it time. */
    private static final Duration RESOLVE_LIMIT = Duration.ofSeconds(20);

    private static final int LAYERS_AT_ONCE = 4;

    private final Store store;
    private final Reference name;
    private final Repository repository;
    private final Destination destination;

    public RegistryCache(Store store, RegistryClient registries, Reference name, Credentials credentials) {
        this.store = store;
        this.name = name;
        this.repository = registries.repository(name, credentials);
        this.destination = registries.destination(name, credentials);
    }

    @Override
    public String name() {
        return name.familiar();
    }

    @Override
    public Optional<Manifest> manifest() {
        try {
            return Optional.of(
                    repository.resolve(Platform.host(), RESOLVE_LIMIT).manifest());
        } catch (ImageNotFoundException none) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream blob(Descriptor blob) {
        return repository.blob(blob);
    }

    @Override
    public List<Descriptor> put(List<OutgoingLayer> layers) {
        Descriptor[] blobs = new Descriptor[layers.size()];
        try (Packers packers = new Packers()) {
            LayerUpload upload = new LayerUpload(
                    destination, store.images().repositories(name), packers.executor(), (blob, done) -> {});
            List<ParallelWork.Piece> pieces = new ArrayList<>();
            for (int i = 0; i < blobs.length; i++) {
                int number = i;
                pieces.add(() -> blobs[number] = upload.send(layers.get(number)).blob());
            }
            ParallelWork.run(pieces, store.executor(), LAYERS_AT_ONCE, "write build cache " + name());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("pushing throws no other kind", e);
        }
        return Arrays.asList(blobs);
    }

    @Override
    public void put(Descriptor config, byte[] configDocument, Descriptor manifest, byte[] document) {
        if (!destination.has(config)) {
            destination.upload(config, () -> new ByteArrayInputStream(configDocument));
        }
        destination.manifest(manifest, document);
    }
}
