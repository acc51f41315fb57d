package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DigestMismatchException;
import dev.skiff.StoreException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import dev.skiff.oci.image.RootFs;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final Reference NODE = Reference.parse("node:18-alpine");

    @TempDir
    private Path temporary;

    private final MemoryLayerHost host = new MemoryLayerHost();
    private Path home;
    private Store store;

    @BeforeEach
    void open() {
        home = temporary.resolve("home");
        store = Store.open(home, host, Runnable::run);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anImageComesInWhole() throws IOException {
        StoredImage image = TestImage.of(new Tars().file("a", "1"), new Tars().file("b", "2"))
                .ingestInto(store);

        assertThat(image.layers()).hasSize(2);
        assertThat(host.memory(image.lowerDirectories().get(1))
                        .read(RawPath.of("b"))
                        .readAllBytes())
                .asString()
                .isEqualTo("2");
        assertThat(image.files().find(RawPath.of("a"))).isPresent();
        assertThat(store.images().find(image.digest())).isPresent();
        assertThat(host.memory(image.lowerDirectories().get(0)).synced()).isTrue();
    }

    @Test
    void aNameIsFoundHoweverItIsWritten() {
        StoredImage image = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        store.images().tag(image, NODE);

        assertThat(store.images().find(Reference.parse("docker.io/library/node:18-alpine")))
                .isPresent();
        assertThat(store.images().find(Reference.parse("node:18"))).isEmpty();
        assertThat(store.images().find(NODE.withDigest(image.digest()))).isPresent();
        assertThat(store.images().find(Reference.parse("other@" + image.digest())))
                .isEmpty();
        assertThat(store.images().list()).containsExactly(new ImageStore.Named(NODE, image.digest()));
    }

    @Test
    void aNameMovesToTheImageThatGotItLast() {
        StoredImage first = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        StoredImage second = TestImage.of(new Tars().file("b", "")).ingestInto(store);
        store.images().tag(first, NODE);
        store.images().tag(second, NODE);

        assertThat(store.images().find(NODE).orElseThrow().digest()).isEqualTo(second.digest());
        assertThat(store.images().list()).hasSize(1);
        assertThat(store.images().untag(NODE)).isTrue();
        assertThat(store.images().untag(NODE)).isFalse();
        assertThat(store.images().find(NODE)).isEmpty();
    }

    @Test
    void taggingAgainTouchesNothing() throws IOException {
        StoredImage image = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        store.images().tag(image, NODE);
        Object before = Files.getAttribute(home.resolve("oci/index.json"), "unix:ino");
        store.images().tag(image, NODE);

        assertThat(Files.getAttribute(home.resolve("oci/index.json"), "unix:ino"))
                .isEqualTo(before);
    }

    @Test
    void whatOtherToolsPutIntoTheIndexStaysAndIsRead() throws IOException {
        TestImage theirs = TestImage.of(new Tars().file("theirs", ""));
        theirs.writeLayout(home.resolve("oci"), Map.of(Annotations.REF_NAME, "tool/image:1", "x", "y"));
        StoredImage ours = TestImage.of(new Tars().file("ours", "")).ingestInto(store);
        store.images().tag(ours, NODE);

        StoredImage found = store.images().find(Reference.parse("tool/image:1")).orElseThrow();
        assertThat(found.files().find(RawPath.of("theirs"))).isPresent();
        assertThat(Json.read(Files.readAllBytes(home.resolve("oci/index.json")), Index.class)
                        .manifests())
                .hasSize(2)
                .first()
                .extracting(Descriptor::annotations)
                .isEqualTo(Map.of(Annotations.REF_NAME, "tool/image:1", "x", "y"));
    }

    @Test
    void layersThatImagesShareAreTakenInOnce() {
        Tars base = new Tars().file("base", "");
        TestImage.of(base).ingestInto(store);
        TestImage second = TestImage.of(base, new Tars().file("b", ""));
        second.blobs.remove(second.layers.get(0).digest());

        assertThat(second.ingestInto(store).layers()).hasSize(2);
    }

    @Test
    void anImageThatIsHereIsNotAskedForAgain() {
        TestImage image = TestImage.of(new Tars().file("a", ""));
        image.ingestInto(store);
        BlobSource onlyConfig = blob -> {
            if (MediaTypes.isLayer(blob.mediaType())) {
                throw new AssertionError("asked for " + blob);
            }
            return image.source().open(blob);
        };

        assertThat(store.images()
                        .ingest(image.manifest(), image.document(), onlyConfig, "a test")
                        .layers())
                .hasSize(1);
    }

    @Test
    void plainAndZstdLayersComeInToo() throws IOException {
        byte[] tar = new Tars().file("a", "").bytes();
        byte[] other = new Tars().file("b", "").bytes();
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        try (var out = new ZstdOutputStream(zstd)) {
            out.write(other);
        }
        TestImage image = new TestImage()
                .layer(MediaTypes.OCI_LAYER, tar, tar)
                .layer(MediaTypes.OCI_LAYER_ZSTD, zstd.toByteArray(), other);

        assertThat(image.ingestInto(store).files().find(RawPath.of("b"))).isPresent();
    }

    @Test
    void s62ABlobThatIsNotWhatItSaysIsRefusedAndLeavesNothing() throws IOException {
        List<String> before = contents();
        TestImage image = TestImage.of(new Tars().file("a", "good"), new Tars().file("b", "good"));
        image.blobs.put(
                image.layers.get(1).digest(),
                TestImage.gzip(new Tars().file("b", "evil").bytes()));

        assertThatThrownBy(() -> image.ingestInto(store))
                .isInstanceOfSatisfying(
                        DigestMismatchException.class,
                        e -> assertThat(e.expected())
                                .contains(image.layers.get(1).digest().toString()));
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void s62BytesChangedOnTheWayAreToldAsSuch() {
        TestImage image = TestImage.of(new Tars().file("a", "x".repeat(2000)));
        byte[] changed = image.blobs.get(image.layers.get(0).digest()).clone();
        changed[changed.length / 2] ^= 0x55;
        image.blobs.put(image.layers.get(0).digest(), changed);

        assertThatThrownBy(() -> image.ingestInto(store)).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void s62ABlobThatIsTooLongOrTooShortIsRefused() throws IOException {
        List<String> before = contents();
        for (int change : new int[] {-1, 1}) {
            TestImage image = TestImage.of(new Tars().file("a", ""));
            byte[] blob = image.blobs.get(image.layers.get(0).digest());
            image.blobs.put(image.layers.get(0).digest(), Arrays.copyOf(blob, blob.length + change));

            assertThatThrownBy(() -> image.ingestInto(store)).isInstanceOf(DigestMismatchException.class);
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void s62ALayerThatUnpacksToAnotherDiffIdIsRefused() throws IOException {
        List<String> before = contents();
        TestImage image = TestImage.of(new Tars().file("a", ""));
        image.diffIds.set(0, new DiffId(Digest.sha256(new byte[] {1})));

        assertThatThrownBy(() -> image.ingestInto(store))
                .isInstanceOf(DigestMismatchException.class)
                .hasMessageContaining("unpacked");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void s62ABlobCannotPassForTheLayerOfAnotherImage() {
        TestImage good = TestImage.of(new Tars().file("good", ""));
        good.ingestInto(store);
        TestImage evil = TestImage.of(new Tars().file("evil", ""));
        evil.ingestInto(store);
        evil.diffIds.set(0, good.diffIds.get(0));

        assertThatThrownBy(() -> evil.ingestInto(store)).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void s62TheManifestAndTheConfigAreCheckedToo() {
        TestImage image = TestImage.of(new Tars().file("a", ""));
        Descriptor wrong = Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.sha256(new byte[0]), image.document().length);

        assertThatThrownBy(() -> store.images().ingest(wrong, image.document(), image.source(), "a test"))
                .isInstanceOf(DigestMismatchException.class);

        Descriptor manifest = image.manifest();
        image.blobs.put(Digest.sha256(image.configDocument()), "{}".getBytes(StandardCharsets.UTF_8));
        byte[] document = image.blobs.get(manifest.digest());
        assertThatThrownBy(() -> store.images().ingest(manifest, document, image.source(), "a test"))
                .isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void s58AnArchiveThatDoesHarmIsRefusedAndLeavesNothing() throws IOException {
        List<String> before = contents();

        assertThatThrownBy(() -> TestImage.of(new Tars().device("a", 0, 0)).ingestInto(store))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("0:0")
                .hasMessageContaining("a test: layer sha256:");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void s64AnEndlessConfigIsRefused() {
        TestImage image = TestImage.of(new Tars().file("a", ""));
        byte[] document = Json.write(
                Manifest.of(Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(new byte[0]), 5L << 20), image.layers));

        assertThatThrownBy(() -> store.images()
                        .ingest(Descriptor.of(MediaTypes.OCI_MANIFEST, document), document, image.source(), "a test"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("5242880 bytes");
    }

    @Test
    void s65NobodyElseCanEnterTheStore() throws IOException {
        for (String directory :
                new String[] {"", "oci", "oci/blobs", "layers", "containers", "cache", "tmp", "locks"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(directory))))
                    .as(directory)
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void anArtifactAndAnImageWithTooFewLayersAreRefused() {
        TestImage few = TestImage.of(new Tars().file("a", ""));
        few.diffIds.clear();
        assertThatThrownBy(() -> few.ingestInto(store)).hasMessageContaining("1 layers, its config 0");

        TestImage windows = new TestImage();
        windows.layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", new byte[0], new byte[0]);
        assertThatThrownBy(() -> windows.ingestInto(store)).hasMessageContaining("does not run on Linux");
    }

    @Test
    void aBuiltLayerBecomesAnImageWithoutATar() throws IOException {
        StoredImage base = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        StoredLayer layer = build("hello");
        ImageConfig config =
                base.config().withRootFs(RootFs.of(List.of(base.layers().get(0).diffId(), layer.diffId())));

        StoredImage image = store.images().commit(config, Optional.of(base));
        store.images().tag(image, Reference.parse("app"));

        assertThat(image.manifest().layers().get(0))
                .isEqualTo(base.manifest().layers().get(0));
        assertThat(image.manifest().layers().get(1).mediaType()).isEqualTo(MediaTypes.OCI_LAYER);
        assertThat(Files.exists(home.resolve(
                        "oci/blobs/sha256/" + layer.diffId().digest().hex())))
                .isFalse();
        assertThat(store.images().find(Reference.parse("app")).orElseThrow().digest())
                .isEqualTo(image.digest());
    }

    @Test
    void theTarOfABuiltLayerIsMadeWhenItIsAskedFor() throws IOException {
        StoredLayer layer = build("hello");
        StoredImage image = store.images().commit(config(layer), Optional.empty());
        Descriptor blob = image.manifest().layers().get(0);

        byte[] tar = store.images().blob(blob).readAllBytes();
        store.images().complete(image);

        assertThat(blob.describes(tar)).isTrue();
        assertThat(Files.readAllBytes(
                        home.resolve("oci/blobs/sha256/" + blob.digest().hex())))
                .isEqualTo(tar);
    }

    @Test
    void aBuiltLayerThatWasChangedMakesNoTar() throws IOException {
        StoredLayer layer = build("hello");
        StoredImage image = store.images().commit(config(layer), Optional.empty());
        host.memory(layer.directory()).makeDirectory(RawPath.of("f"), FileMetadata.directory(0755));
        host.memory(layer.directory())
                .writeFile(
                        RawPath.of("f"),
                        FileMetadata.regular(0644, 5),
                        new ByteArrayInputStream("other".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> store.images().complete(image))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
    }

    /** containerd #5854, moby #49784: a layer of empty files under its good name. */
    @Test
    void aBuiltLayerIsOnTheDiskBeforeAnImageOfItIsSeen() throws IOException {
        StoredLayer layer = build("x");
        assertThat(layer.record().boot()).contains(Boot.ID);
        assertThat(host.memory(layer.directory()).synced()).isFalse();

        StoredImage image = store.images().commit(config(layer), Optional.empty());

        assertThat(layer.record().boot()).isEmpty();
        assertThat(host.memory(image.lowerDirectories().get(0)).synced()).isTrue();
    }

    @Test
    void aLayerOfNoImageIsOnTheDiskWhenTheStoreIsClosed() throws IOException {
        StoredLayer layer = build("x");
        store.close();

        assertThat(layer.record().boot()).isEmpty();
        assertThat(host.memory(layer.directory()).synced()).isTrue();
    }

    @Test
    void aLayerThatAPowerCutMayHaveTornIsNotThereAndIsMadeAnew() throws IOException {
        StoredLayer layer = build("x");
        Path record = layer.directory().resolveSibling("layer.json");
        String ofThisBoot = Files.readString(record);
        for (String left : List.of(ofThisBoot.replace(Boot.ID, "an-earlier-boot"), "", ofThisBoot.substring(9))) {
            Files.writeString(record, left);
            try (Store next = Store.open(home, host, Runnable::run)) {
                assertThat(next.layers().find(layer.diffId())).isEmpty();
            }
        }
        try (Store next = Store.open(home, host, Runnable::run)) {
            assertThat(build(next, "x").diffId()).isEqualTo(layer.diffId());
            assertThat(next.layers().find(layer.diffId())).isPresent();
            assertThat(home.resolve("layers").toFile().list()).hasSize(1);
        }
    }

    @Test
    void anotherStoreSettlesALayerThatItOnlyFound() throws IOException {
        StoredLayer layer = build("x");
        try (Store other = Store.open(home, host, Runnable::run)) {
            other.images().commit(config(layer), Optional.empty());
        }

        assertThat(layer.record().boot()).isEmpty();
    }

    @Test
    void theSameLayerBuiltTwiceIsOneLayer() throws IOException {
        assertThat(build("x").diffId()).isEqualTo(build("x").diffId());
        assertThat(home.resolve("layers").toFile().list()).hasSize(1);
    }

    @Test
    void aLayerThatIsGivenUpLeavesNothing() throws IOException {
        List<String> before = contents();
        try (NewLayer layer = store.layers().create()) {
            layer.files().makeDirectory(RawPath.of("d"), FileMetadata.directory(0755));
            assertThat(layer.workDirectory()).isDirectory();
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void layersBelowOneThatHidesEverythingAreNotStacked() {
        StoredImage image = TestImage.of(
                        new Tars().file("a", ""),
                        new Tars().file(".wh..wh..opq", "").file("b", ""),
                        new Tars().file("c", ""))
                .ingestInto(store);

        assertThat(image.lowerDirectories())
                .containsExactly(
                        image.layers().get(1).directory(), image.layers().get(2).directory());
    }

    @Test
    void aLayerWhoseDirectoryIsGoneIsUnpackedAgain() {
        StoredImage image = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        store.images().tag(image, NODE);
        host.removeTree(image.layers().get(0).directory().getParent());

        assertThat(store.images().find(NODE).orElseThrow().files().find(RawPath.of("a")))
                .isPresent();
    }

    @Test
    void aBuiltLayerWhoseDirectoryIsGoneIsToldAsSuch() throws IOException {
        StoredLayer layer = build("hello");
        store.images().tag(store.images().commit(config(layer), Optional.empty()), NODE);
        host.removeTree(layer.directory().getParent());

        assertThatThrownBy(() -> store.images().find(NODE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("build the image again");
    }

    @Test
    void aDamagedDocumentIsToldFromAWholeOne() throws IOException {
        StoredImage image = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        store.images().tag(image, NODE);
        Path config = home.resolve("oci/blobs/sha256/" + image.id().hex());
        byte[] content = Files.readAllBytes(config);
        content[5] ^= 1;
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
        Files.write(config, content);

        assertThatThrownBy(() -> store.images().find(NODE))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.path()).isEqualTo(config));
    }

    @Test
    void whatADeadProcessLeftIsRemovedAtTheNextOpening() throws IOException {
        Path leftover = home.resolve("tmp/dead");
        Files.createDirectories(leftover.resolve("layer-1/diff"));
        Files.createFile(home.resolve("tmp/dead.lock"));
        NewLayer ours = store.layers().create();

        Store.open(home, host, Runnable::run).close();

        assertThat(leftover).doesNotExist();
        assertThat(home.resolve("tmp/dead.lock")).doesNotExist();
        assertThat(ours.directory()).isDirectory();
        ours.close();
    }

    @Test
    void whatTheFirstOpeningLeftIsRemovedDaysLater() throws IOException {
        Path old = Files.createFile(home.resolve("tmp/file-old"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        Path fresh = Files.createFile(home.resolve("tmp/file-fresh"));

        Store.open(home, host, Runnable::run).close();

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void aClosedStoreLeavesNoTemporaryFiles() throws IOException {
        store.close();

        assertThat(home.resolve("tmp")).isEmptyDirectory();
        assertThat(home.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void aStoreOfANewerSkiffIsRefused() throws IOException {
        Files.writeString(home.resolve("version"), "2\n");

        assertThatThrownBy(() -> Store.open(home, host, Runnable::run))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void anImageOfAnotherPlatformIsKeptAsSuch() {
        TestImage image = TestImage.of(new Tars().file("a", ""));
        image.platform = Platform.parse("linux/arm64");
        StoredImage stored = image.ingestInto(store);
        store.images().tag(stored, NODE);

        assertThat(store.images().find(NODE).orElseThrow().config().architecture())
                .isEqualTo("arm64");
    }

    private StoredLayer build(String content) throws IOException {
        return build(store, content);
    }

    private static StoredLayer build(Store store, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try (NewLayer layer = store.layers().create()) {
            layer.files()
                    .writeFile(
                            RawPath.of("f"), FileMetadata.regular(0644, bytes.length), new ByteArrayInputStream(bytes));
            return layer.commit(List.of());
        }
    }

    private static ImageConfig config(StoredLayer layer) {
        return ImageConfig.of(Platform.host()).withRootFs(RootFs.of(List.of(layer.diffId())));
    }

    /** Every file of the store, and how long it is. */
    private List<String> contents() throws IOException {
        return Contents.of(home);
    }
}
