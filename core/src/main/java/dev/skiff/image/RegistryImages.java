package dev.skiff.image;

import dev.skiff.Credentials;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.registry.Destination;
import dev.skiff.registry.RawDocument;
import dev.skiff.registry.RegistryClient;
import dev.skiff.registry.Repository;
import dev.skiff.registry.ResolvedImage;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Images of registries. */
public final class RegistryImages {
    /** How long a registry may take to say what a name stands for, unless somebody says otherwise. */
    public static final Duration RESOLVE_LIMIT = Duration.ofMinutes(1);

    private final Store store;
    private final RegistryClient registries;

    public RegistryImages(Store store, RegistryClient registries) {
        this.store = store;
        this.registries = registries;
    }

    /** What the name stands for in the store, if that can run on the platform. */
    public Optional<StoredImage> find(Reference reference, Platform platform) {
        return store.images()
                .find(reference)
                .filter(image -> platform.fitness(image.config().platform()).isPresent());
    }

    /**
     * Asks the registry what the name stands for now, and brings what of it is not here.
     *
     * @param limit for the answer to the question; the layers then take as long as bytes keep coming
     */
    public StoredImage pull(Reference reference, Platform platform, Credentials credentials, Duration limit) {
        Repository repository = registries.repository(reference, credentials);
        ResolvedImage resolved = repository.resolve(platform, limit);
        RawDocument manifest = resolved.manifestDocument();
        StoredImage image =
                store.images().ingest(manifest.descriptor(), manifest.content(), repository::blob, "pull " + reference);
        store.images().tag(image, reference);
        return image;
    }

    /** Puts an image into its registry under a name; what the registry has already is not sent. */
    public PushedImage push(StoredImage image, Reference name, Credentials credentials, PushListener listener) {
        Map<Digest, String> elsewhere = store.images().repositories(name);
        Destination destination = registries.destination(name, credentials);
        return new Push(store, image, destination, elsewhere, listener, "push " + name).run();
    }
}
