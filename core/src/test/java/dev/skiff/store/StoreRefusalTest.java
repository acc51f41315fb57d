package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DigestMismatchException;
import dev.skiff.StoreException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the store does not take, and leaves no trace of. */
class StoreRefusalTest extends StoreFixture {
    private static final Reference NODE = Reference.parse("node:18-alpine");

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
    void aDamagedDocumentIsToldFromAWholeOneAndComesInAgain() throws IOException {
        TestImage image = TestImage.of(new Tars().file("a", ""));
        StoredImage stored = image.ingestInto(store);
        store.images().tag(stored, NODE);
        for (Digest document : List.of(stored.id(), stored.digest())) {
            Path file = damage(document);

            assertThatThrownBy(() -> store.images().find(NODE))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.path()).isEqualTo(file));

            image.ingestInto(store);
            assertThat(store.images().find(NODE)).isPresent();
        }
    }

    @Test
    void aDamagedBlobIsNotUnpackedAndComesInAgain() throws IOException {
        TestImage image = TestImage.of(new Tars().file("a", "one"));
        StoredImage stored = image.ingestInto(store);
        damage(image.layers.get(0).digest());
        host.removeTree(stored.layers().get(0).directory().getParent());
        try (Store next = Store.open(home, host, Runnable::run)) {
            assertThatThrownBy(() -> next.images().find(stored.digest()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("pull or build the image again");

            assertThat(image.ingestInto(next).files().find(RawPath.of("a"))).isPresent();
        }
    }

    private Path damage(Digest blob) throws IOException {
        Path file = home.resolve("oci/blobs/sha256/" + blob.hex());
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.delete(file);
        return Files.write(file, content);
    }

    @Test
    void aStoreOfANewerSkiffIsRefused() throws IOException {
        Files.writeString(home.resolve("version"), "2\n");

        assertThatThrownBy(() -> Store.open(home, host, Runnable::run))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("version 2");
    }
}
