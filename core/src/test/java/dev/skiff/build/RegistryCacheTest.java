package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.Credentials;
import dev.skiff.InterruptedOperationException;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.image.RegistryCache;
import dev.skiff.image.RegistryImages;
import dev.skiff.oci.Reference;
import dev.skiff.registry.FakeRegistry;
import dev.skiff.registry.RegistryClient;
import dev.skiff.registry.RegistrySettings;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cache in a registry. */
class RegistryCacheTest extends CacheContract {
    private final FakeRegistry registry = FakeRegistry.start();

    @AfterEach
    void stop() {
        registry.close();
    }

    @Override
    CachePlace place(Store store, String name) {
        return place(store, registry.name(), name);
    }

    private static CachePlace place(Store store, String registry, String name) {
        RegistrySettings settings = RegistrySettings.defaults()
                .withFirstPause(Duration.ofMillis(1))
                .withLimits(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(20));
        return new RegistryCache(
                store,
                new RegistryClient(settings),
                Reference.parse(registry + "/team/app:" + name),
                Credentials.anonymous());
    }

    private BuildRequest request(CachePlace place) {
        return BuildRequest.of(second.path(".")).plusCacheFrom(place);
    }

    @Test
    void aRegistryThatIsNotReachedIsOneWarningAndNothingMore() throws IOException {
        StoredImage image = second.build(DOCKERFILE);
        try (Workbench third = new Workbench(Files.createDirectory(directory.resolve("third")))) {
            third.file("tool", "#!").file("a", "one").file("b", "two".repeat(1000));
            third.build(DOCKERFILE);
            third.file("a", "changed");
            StoredImage again = third.build(
                    BuildRequest.of(third.path(".")).plusCacheFrom(place(third.store(), "127.0.0.1:1", "x")));

            assertThat(again.config().diffIds()).hasSameSizeAs(image.config().diffIds());
            assertThat(third.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("build cache 127.0.0.1:1/team/app:x is not used: ")
                    .contains("cannot reach registry");
        }
    }

    @Test
    void aRegistryThatRefusesTheCacheDoesNotFailTheBuild() throws IOException {
        registry.always("/uploads/", FakeRegistry.answer(403, FakeRegistry.error("DENIED", "read only")));

        StoredImage image = buildTo(first, "cache", DOCKERFILE);

        assertThat(image.layers()).hasSize(3);
        assertThat(first.warnings())
                .singleElement()
                .asString()
                .startsWith("build cache " + registry.name() + "/team/app:cache is not written: ")
                .contains("DENIED: read only");
    }

    @Test
    void anImageUnderTheNameIsNoCache() throws IOException {
        second.file("a", "one");
        StoredImage image = first.build(DOCKERFILE);
        new RegistryImages(first.store(), new RegistryClient(RegistrySettings.defaults()))
                .push(
                        image,
                        Reference.parse(registry.name() + "/team/app:cache"),
                        Credentials.anonymous(),
                        (blob, done) -> {});

        buildFrom(second, "cache", DOCKERFILE);

        assertThat(second.missed()).hasSize(4);
        assertThat(second.warnings()).singleElement().asString().contains("it is no build cache");
    }

    @Test
    void layersThatAnImageInTheRepositoryHasAreNotSentAgain() throws IOException {
        StoredImage image = first.build(DOCKERFILE);
        new RegistryImages(first.store(), new RegistryClient(RegistrySettings.defaults()))
                .push(
                        image,
                        Reference.parse(registry.name() + "/team/app:1"),
                        Credentials.anonymous(),
                        (blob, done) -> {});
        long before = uploads();

        buildTo(first, "cache", DOCKERFILE);

        assertThat(uploads() - before).isEqualTo(2); // the layer of the other stage, and the records
    }

    private long uploads() {
        return registry.requests("/uploads/").stream()
                .filter(sent -> sent.method().equals("PATCH"))
                .count();
    }

    @Test
    void aLayerThatIsGoneIsAMissAndTheOthersAreFound() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        CachePlace place = place(second.store(), "cache");
        String gone = place.manifest().orElseThrow().layers().get(0).digest().toString();
        registry.always("/blobs/" + gone, FakeRegistry.answer(404, FakeRegistry.error("BLOB_UNKNOWN", "gone")));
        second.build(DOCKERFILE); // to have the Dockerfile written
        try (Workbench third = new Workbench(Files.createDirectory(directory.resolve("third")))) {
            third.file("tool", "#!").file("a", "one").file("b", "two".repeat(1000));
            Files.copy(second.path("Dockerfile"), third.path("Dockerfile"));

            third.build(BuildRequest.of(third.path(".")).plusCacheFrom(place(third.store(), "cache")));

            assertThat(third.missed()).hasSize(1);
            assertThat(third.warnings()).singleElement().asString().contains("no such blob");
        }
    }

    @Test
    void aRegistryThatBreaksDownHalfWayDoesNotFailTheBuild() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        registry.always("/blobs/sha256:", FakeRegistry.answer(500, new byte[0]));

        buildFrom(second, "cache", DOCKERFILE);

        assertThat(second.missed()).hasSize(4);
        assertThat(second.warnings()).isNotEmpty();
    }

    @Test
    void anInterruptIsNoMiss() throws Exception {
        buildTo(first, "cache", DOCKERFILE);
        second.build(DOCKERFILE);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> {
                        second.file("a", "changed");
                        second.build(request(place(second.store(), "cache")));
                    })
                    .isInstanceOf(InterruptedOperationException.class);
        } finally {
            Thread.interrupted();
        }
    }
}
