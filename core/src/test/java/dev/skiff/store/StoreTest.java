package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.layer.Tars;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Index;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images that come in, and the names that they have. */
class StoreTest extends StoreFixture {
    private static final Reference NODE = Reference.parse("node:18-alpine");

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
    void aLayerWhoseDirectoryIsGoneIsUnpackedAgain() {
        StoredImage image = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        store.images().tag(image, NODE);
        host.removeTree(image.layers().get(0).directory().getParent());

        assertThat(store.images().find(NODE).orElseThrow().files().find(RawPath.of("a")))
                .isPresent();
    }

    @Test
    @Timeout(20)
    void aLayerThatAPowerCutHasTornIsUnpackedAgain() throws IOException {
        TestImage image = TestImage.of(new Tars().file("a", "1"));
        Path directory = image.ingestInto(store).lowerDirectories().get(0);
        Files.writeString(directory.resolveSibling("layer.json"), "");
        try (Store next = Store.open(home, host, Runnable::run)) {
            StoredImage again = image.ingestInto(next);

            assertThat(again.lowerDirectories()).containsExactly(directory);
            assertThat(host.memory(directory).read(RawPath.of("a")).readAllBytes())
                    .asString()
                    .isEqualTo("1");
            assertThat(home.resolve("layers").toFile().list()).hasSize(1);
        }
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
    void anImageOfAnotherPlatformIsKeptAsSuch() {
        TestImage image = TestImage.of(new Tars().file("a", ""));
        image.platform = Platform.parse("linux/arm64");
        StoredImage stored = image.ingestInto(store);
        store.images().tag(stored, NODE);

        assertThat(store.images().find(NODE).orElseThrow().config().architecture())
                .isEqualTo("arm64");
    }
}
