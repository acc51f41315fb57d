package dev.skiff;

import dev.skiff.build.BaseImages;
import dev.skiff.build.Builder;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.image.HostImages;
import dev.skiff.image.RegistryCache;
import dev.skiff.image.RegistryImages;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.registry.RegistryClient;
import dev.skiff.registry.RegistrySettings;
import dev.skiff.run.Runner;
import dev.skiff.store.LayerHost;
import dev.skiff.store.LinuxLayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import dev.skiff.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a Skiff is made of, once it is open. */
final class Engine implements AutoCloseable {
    private final Executor executor;
    private final Credentials credentials;
    private final LazyHost host = new LazyHost();
    private final Store store;
    private final Runner runner;
    private final VolumeStore volumes;
    private final RegistryClient registries;
    private final RegistryImages registry;
    private final HostImages hostImages;
    private final Builder builder;

    Engine(Path home, Executor executor, Credentials credentials) {
        this.executor = executor;
        this.credentials = credentials;
        LayerHost layers = new LinuxLayerHost(host);
        this.store = Store.open(home, layers, executor);
        this.runner = new Runner(store.home(), host, executor);
        this.volumes = new VolumeStore(store.home(), host);
        this.registries = new RegistryClient(RegistrySettings.defaults());
        this.registry = new RegistryImages(store, registries);
        this.hostImages = new HostImages(store, layers);
        this.builder = new Builder(store, layers, runner, this::base, executor);
        try {
            runner.sweep();
            volumes.sweep();
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof SkiffException known
                    ? known
                    : new StoreException("remove what containers have left: " + e.getMessage(), home, e);
        }
    }

    private BaseImages.Found base(Reference reference, Platform platform, boolean pull) {
        Optional<StoredImage> here = registry.find(reference, platform);
        if (here.isPresent() && !pull) {
            return new BaseImages.Found(here.get(), false);
        }
        StoredImage pulled = pull(reference, platform);
        boolean sameAsHere = here.map(StoredImage::digest).equals(Optional.of(pulled.digest()));
        return new BaseImages.Found(pulled, !sameAsHere);
    }

    StoredImage findOrPull(Reference reference, Platform platform) {
        return registry.find(reference, platform).orElseGet(() -> pull(reference, platform));
    }

    private StoredImage pull(Reference reference, Platform platform) {
        return registry.pull(reference, platform, credentials, RegistryImages.RESOLVE_LIMIT);
    }

    Executor executor() {
        return executor;
    }

    Store store() {
        return store;
    }

    Runner runner() {
        return runner;
    }

    VolumeStore volumes() {
        return volumes;
    }

    RegistryImages registry() {
        return registry;
    }

    /** Who to be towards registries where nobody says otherwise. */
    Credentials credentials() {
        return credentials;
    }

    CachePlace registryCache(Reference name, Credentials credentials) {
        return new RegistryCache(store, registries, name, credentials);
    }

    HostImages hostImages() {
        return hostImages;
    }

    Builder builder() {
        return builder;
    }

    /** Ends containers without asking them, and lets everything else go: for a JVM that is about to end. */
    void discard() {
        runner.discardContainers();
        close();
    }

    @Override
    public void close() {
        try {
            runner.closeContainers();
        } finally {
            try {
                store.close();
            } finally {
                host.close();
            }
        }
    }
}
