package dev.skiff.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.Credentials;
import dev.skiff.RegistryException;
import dev.skiff.StoreException;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.History;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Manifest;
import dev.skiff.registry.FakeRegistry;
import dev.skiff.registry.RegistryClient;
import dev.skiff.registry.RegistrySettings;
import dev.skiff.store.MemoryLayerHost;
import dev.skiff.store.NewLayer;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images on their way from a store into a registry. */
@Timeout(60)
class PushTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final RegistrySettings SETTINGS = RegistrySettings.defaults()
            .withFirstPause(Duration.ofMillis(1))
            .withLimits(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(20));

    @TempDir
    private Path directory;

    private final FakeRegistry registry = FakeRegistry.start();
    private final MemoryLayerHost host = new MemoryLayerHost();
    private Store store;
    private Store other;

    @BeforeEach
    void open() {
        store = Store.open(directory.resolve("home"), host, Runnable::run);
        other = Store.open(directory.resolve("other"), host, Runnable::run);
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
        registry.close();
    }

    private StoredImage build(String... contents) throws IOException {
        return build(ImageConfig.of(Platform.host()), Optional.empty(), contents);
    }

    private StoredImage build(ImageConfig base, Optional<StoredImage> below, String... contents) throws IOException {
        ImageConfig config = base;
        for (String content : contents) {
            try (NewLayer layer = store.layers().create()) {
                byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
                layer.files()
                        .writeFile(
                                RawPath.of("file"),
                                FileMetadata.regular(0644, bytes.length),
                                new ByteArrayInputStream(bytes));
                config = config.plusLayer(layer.commit(List.of()).diffId(), History.of(Instant.EPOCH, "COPY"));
            }
        }
        return store.images().commit(config, below);
    }

    private Reference name(String image) {
        return Reference.parse(registry.name() + "/" + image);
    }

    private PushedImage push(StoredImage image, String name) {
        return images(store).push(image, name(name), Credentials.anonymous(), (blob, done) -> {});
    }

    private StoredImage pull(Store into, String name) {
        return images(into).pull(name(name), Platform.host(), Credentials.anonymous(), LIMIT);
    }

    private static RegistryImages images(Store store) {
        return new RegistryImages(store, new RegistryClient(SETTINGS));
    }

    private List<String> uploads() {
        return registry.requests("/uploads/").stream()
                .filter(request -> request.method().equals("PATCH"))
                .map(FakeRegistry.Request::path)
                .toList();
    }

    @Test
    void whatWasBuiltGoesOutCompressedAndComesInTheSame() throws IOException {
        StoredImage image = build("one".repeat(10_000), "two");

        PushedImage pushed = push(image, "team/app:1");
        StoredImage pulled = pull(other, "team/app:1");

        assertThat(pulled.digest()).isEqualTo(pushed.digest());
        assertThat(pulled.config()).isEqualTo(image.config());
        assertThat(pulled.manifest().layers())
                .allSatisfy(layer -> assertThat(layer.mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP));
        assertThat(pulled.manifest().layers().get(0).size()).isLessThan(1000);
        assertThat(pushed).returns(2, PushedImage::layers).returns(0, PushedImage::reused);
    }

    @Test
    void anImageThatWasPulledKeepsItsDigest() throws IOException {
        push(build("one"), "team/app:1");
        StoredImage pulled = pull(other, "team/app:1");

        PushedImage pushed = images(other).push(pulled, name("copy:2"), Credentials.anonymous(), (blob, done) -> {});

        assertThat(pushed.digest()).isEqualTo(pulled.digest());
        assertThat(registry.storedManifest("copy", "2"))
                .hasValue(registry.storedManifest("team/app", "1").orElseThrow());
    }

    @Test
    void pushSkipsLayersTheRegistryAlreadyHas() throws IOException {
        PushedImage first = push(build("one", "two"), "team/app:1");
        int before = uploads().size();

        PushedImage again = push(build("one", "two"), "team/app:2");
        PushedImage more = push(build("one", "two", "three"), "team/app:3");

        assertThat(again).isEqualTo(new PushedImage(first.digest(), 2, 2));
        assertThat(more).returns(3, PushedImage::layers).returns(2, PushedImage::reused);
        assertThat(uploads()).hasSize(before + 2); // the third layer, and a config
    }

    @Test
    void theSameImageIsTheSameToTheLastByteInAnotherRegistry() throws IOException {
        StoredImage image = build("one", "two".repeat(400_000));
        PushedImage here = push(image, "team/app:1");
        try (FakeRegistry elsewhere = FakeRegistry.start()) {
            PushedImage there = images(store)
                    .push(
                            image,
                            Reference.parse(elsewhere.name() + "/x:1"),
                            Credentials.anonymous(),
                            (blob, done) -> {});

            assertThat(there).isEqualTo(here);
        }
    }

    @Test
    void layersOfABaseFromTheSameRegistryAreMounted() throws IOException {
        push(build("base"), "library/base:1");
        StoredImage base = pull(store, "library/base:1");
        StoredImage image = build(base.config(), Optional.of(base), "mine");
        int before = uploads().size();

        PushedImage pushed = push(image, "team/app:1");

        assertThat(pushed).returns(2, PushedImage::layers).returns(1, PushedImage::reused);
        assertThat(uploads()).hasSize(before + 2); // a layer and a config
        assertThat(registry.requests("team/app/blobs/uploads/"))
                .anySatisfy(request -> assertThat(request.query()).endsWith("&from=library/base"));
        assertThat(pull(other, "team/app:1").config()).isEqualTo(image.config());
    }

    @Test
    void aRegistryThatDoesNotMountGetsTheBytes() throws IOException {
        push(build("base"), "library/base:1");
        StoredImage base = pull(store, "library/base:1");
        registry.once(
                "team/app/blobs/uploads/$",
                (fake, exchange) -> exchange.getRequestURI().getQuery() != null
                        && FakeRegistry.answer(405, new byte[0]).handle(fake, exchange));

        PushedImage pushed = push(base, "team/app:1");

        assertThat(pushed).isEqualTo(new PushedImage(base.digest(), 1, 0));
    }

    @Test
    void aLayerThatComesTwiceIsSentOnce() throws IOException {
        StoredImage image = build("one", "two", "one");

        PushedImage pushed = push(image, "team/app:1");

        assertThat(pushed.layers()).isEqualTo(2);
        assertThat(pull(other, "team/app:1").config().diffIds())
                .isEqualTo(image.config().diffIds());
    }

    @Test
    void aDamagedLayerIsNotPushed() throws IOException {
        StoredImage image = build("one");
        StoredLayer layer = image.layers().get(0);
        host.memory(layer.directory())
                .writeFile(
                        RawPath.of("file"), FileMetadata.regular(0644, 3), new ByteArrayInputStream(new byte[] {1, 2, 3
                        }));

        assertThatThrownBy(() -> push(image, "team/app:1"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
        assertThat(registry.storedManifest("team/app", "1")).isEmpty();
        assertThat(registry.requests("/uploads/"))
                .filteredOn(request -> request.method().equals("PUT"))
                .hasSize(1); // the config
    }

    @Test
    void aBlobThatHasRottenIsNotPushedAndComesInAgain() throws IOException {
        push(build("one"), "team/app:1");
        StoredImage pulled = pull(other, "team/app:1");
        Path blob = other.home()
                .resolve("oci/blobs/sha256")
                .resolve(pulled.manifest().layers().get(0).digest().hex());
        byte[] content = Files.readAllBytes(blob);
        content[content.length / 2] ^= 1;
        Files.delete(blob);
        Files.write(blob, content);

        try (FakeRegistry elsewhere = FakeRegistry.start()) {
            Reference copy = Reference.parse(elsewhere.name() + "/copy:2");
            assertThatThrownBy(() -> images(other).push(pulled, copy, Credentials.anonymous(), (layer, done) -> {}))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged");

            pull(other, "team/app:1");
            images(other).push(pulled, copy, Credentials.anonymous(), (layer, done) -> {});
            assertThat(elsewhere.storedManifest("copy", "2")).isPresent();
        }
    }

    @Test
    void nothingShowsWhenALayerIsRefused() throws IOException {
        push(build("old"), "team/app:1");
        byte[] old = registry.storedManifest("team/app", "1").orElseThrow();
        registry.always("/uploads/[0-9a-f]", FakeRegistry.answer(413, new byte[0]));

        assertThatThrownBy(() -> push(build("new"), "team/app:1")).isInstanceOf(RegistryException.class);

        assertThat(registry.storedManifest("team/app", "1")).hasValue(old);
    }

    @Test
    void anUploadThatBreaksOffMakesTheRestAnew() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append(Integer.toString(i * 7919, 36));
        }
        StoredImage image = build(text.toString());
        registry.once("/uploads/[0-9a-f]", FakeRegistry.cutUploadAfter(200_000));

        PushedImage pushed = push(image, "team/app:1");

        assertThat(pull(other, "team/app:1").digest()).isEqualTo(pushed.digest());
    }

    @Test
    void progressIsToldInBytesOfTheLayersAndEndsWithAllOfThem() throws IOException {
        StoredImage image = build("one".repeat(100_000), "two");
        Map<Digest, Long> done = new ConcurrentHashMap<>();

        images(store)
                .push(
                        image,
                        name("team/app:1"),
                        Credentials.anonymous(),
                        (blob, bytes) -> done.put(blob.digest(), bytes));

        assertThat(done)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        layer(image, 0).digest(), layer(image, 0).size(),
                        layer(image, 1).digest(), layer(image, 1).size()));
    }

    private static Descriptor layer(StoredImage image, int number) {
        return image.manifest().layers().get(number);
    }

    @Test
    void theManifestInTheRegistryNamesWhatIsThere() throws IOException {
        StoredImage image = build("one");
        push(image, "team/app:1");

        Manifest manifest =
                Manifest.read(registry.storedManifest("team/app", "1").orElseThrow(), MediaTypes.OCI_MANIFEST);
        Descriptor layer = manifest.layers().get(0);
        assertThat(registry.stored("team/app", layer.digest()).orElseThrow()).hasSize((int) layer.size());
        assertThat(registry.stored("team/app", manifest.config().digest())).isPresent();
        assertThat(new DiffId(layer.digest()))
                .isNotEqualTo(image.config().diffIds().get(0));
    }
}
