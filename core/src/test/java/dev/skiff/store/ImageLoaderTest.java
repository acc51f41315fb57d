package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DigestMismatchException;
import dev.skiff.ImageNotFoundException;
import dev.skiff.StoreException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ImageLoaderTest {
    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Map<String, String> NAMED = Map.of(Annotations.REF_NAME, "team/app:1");

    @TempDir
    private Path temporary;

    private Path home;
    private Store store;

    @BeforeEach
    void open() {
        home = temporary.resolve("home");
        store = Store.open(home, new MemoryLayerHost(), Runnable::run);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aLayoutInADirectoryIsLoadedUnderItsName() throws IOException {
        Path layout = temporary.resolve("layout");
        image("a").writeLayout(layout, NAMED);

        assertThat(load(layout).get(0).names()).containsExactly(Reference.parse("team/app:1"));
        assertThat(store.images()
                        .find(Reference.parse("team/app:1"))
                        .orElseThrow()
                        .files()
                        .find(RawPath.of("a")))
                .isPresent();
    }

    @Test
    void aLayoutInATarIsLoadedWhateverTheOrderAndThePacking() throws IOException {
        Path layout = temporary.resolve("layout");
        image("a").writeLayout(layout, NAMED);
        byte[] tar = tarOf(layout);
        Path plain = Files.write(temporary.resolve("plain.tar"), tar);
        Path packed = Files.write(temporary.resolve("packed"), TestImage.gzip(tar));

        assertThat(load(plain)).hasSize(1);
        assertThat(load(packed).get(0).image().digest())
                .isEqualTo(load(plain).get(0).image().digest());
        assertThat(Contents.of(home.resolve("tmp"))).noneMatch(file -> file.contains("archive"));
    }

    @Test
    void aNameThatIsOnlyATagIsNoName() throws IOException {
        Path layout = temporary.resolve("layout");
        image("a").writeLayout(layout, Map.of(Annotations.REF_NAME, "latest"));

        assertThat(load(layout).get(0).names()).isEmpty();
    }

    @Test
    void ofSeveralPlatformsTheRightOneIsLoaded() throws IOException {
        Path layout = temporary.resolve("layout");
        TestImage arm = image("arm");
        arm.platform = Platform.parse("linux/arm64");
        TestImage amd = image("amd");
        amd.platform = AMD64;
        Index platforms = Index.of(List.of(
                arm.manifest().withPlatform(arm.platform), amd.manifest().withPlatform(amd.platform)));
        amd.blobs.putAll(arm.blobs);
        Descriptor index = amd.add(MediaTypes.OCI_INDEX, Json.write(platforms));
        writeLayout(layout, amd, index.withAnnotations(NAMED));

        assertThat(load(layout).get(0).image().files().find(RawPath.of("amd"))).isPresent();
        assertThatThrownBy(() -> store.images().load(layout, Platform.parse("linux/s390x")))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessageContaining("linux/s390x");
    }

    @Test
    void whatDockerSaveWritesIsLoaded() throws IOException {
        byte[] one = new Tars().file("one", "").bytes();
        byte[] two = new Tars().file("two", "").bytes();
        TestImage image = new TestImage().gzipLayer(one).gzipLayer(two).gzipLayer(one);
        Tars archive = new Tars()
                .file("aa/layer.tar", latin1(one))
                .file("bb/layer.tar", latin1(TestImage.gzip(two)))
                .symlink("cc/layer.tar", "../aa/layer.tar")
                .file("config.json", latin1(image.configDocument()))
                .file(
                        "manifest.json",
                        "[{\"Config\":\"config.json\",\"RepoTags\":[\"app:1\",\"localhost:5000/app:1\"],"
                                + "\"Layers\":[\"aa/layer.tar\",\"bb/layer.tar\",\"cc/layer.tar\"]}]");

        List<ImageStore.Loaded> loaded = load(Files.write(temporary.resolve("saved.tar"), archive.bytes()));

        assertThat(loaded.get(0).image().layers()).hasSize(3);
        assertThat(store.images().list())
                .extracting(named -> named.reference().familiar())
                .containsExactly("app:1", "localhost:5000/app:1");
    }

    @Test
    void anImageWithoutNamesIsLoadedToo() throws IOException {
        byte[] layer = new Tars().file("one", "").bytes();
        Tars archive = new Tars()
                .file("layer.tar", latin1(layer))
                .file("config.json", latin1(new TestImage().gzipLayer(layer).configDocument()))
                .file("manifest.json", "[{\"Config\":\"config.json\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]");

        assertThat(load(Files.write(temporary.resolve("saved.tar"), archive.bytes()))
                        .get(0)
                        .names())
                .isEmpty();
    }

    @Test
    void namesOfNewerDockerSaveAreFoundByTheConfig() throws IOException {
        Path layout = temporary.resolve("layout");
        TestImage image = image("a");
        image.writeLayout(layout, Map.of(Annotations.REF_NAME, "1"));
        String config = ImageLayout.blob(Digest.sha256(image.configDocument()));
        Files.writeString(
                layout.resolve("manifest.json"),
                "[{\"Config\":\"" + config + "\",\"RepoTags\":[\"app:1\"],\"Layers\":[]}]");

        assertThat(load(layout).get(0).names()).containsExactly(Reference.parse("app:1"));
    }

    @Test
    void s41AFileOutsideTheArchiveIsNoLayer() throws IOException {
        Files.write(temporary.resolve("secret"), new Tars().file("a", "").bytes());
        TestImage image = image("a");
        for (String layer :
                new String[] {"../secret", temporary.resolve("secret").toString(), "link"}) {
            Path directory = Files.createTempDirectory(temporary, "saved");
            Files.write(directory.resolve("config.json"), image.configDocument());
            Files.createSymbolicLink(directory.resolve("link"), temporary.resolve("secret"));
            Files.writeString(
                    directory.resolve("manifest.json"),
                    "[{\"Config\":\"config.json\",\"RepoTags\":[],\"Layers\":[\"" + layer + "\"]}]");

            assertThatThrownBy(() -> load(directory))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no file " + layer);
        }
    }

    @Test
    void s41LinksOfAnArchiveThatGoRoundInCirclesLeadNowhere() throws IOException {
        Tars archive = new Tars()
                .symlink("a", "b")
                .symlink("b", "a")
                .file("config.json", latin1(image("a").configDocument()))
                .file("manifest.json", "[{\"Config\":\"config.json\",\"RepoTags\":[],\"Layers\":[\"a\"]}]");

        assertThatThrownBy(() -> load(Files.write(temporary.resolve("saved.tar"), archive.bytes())))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void s61AnIndexThatHoldsItselfEnds() throws IOException {
        Path layout = temporary.resolve("layout");
        TestImage image = image("a");
        Descriptor inner = image.manifest();
        for (int i = 0; i < 8; i++) {
            inner = image.add(MediaTypes.OCI_INDEX, Json.write(Index.of(List.of(inner))));
        }
        writeLayout(layout, image, inner);

        assertThatThrownBy(() -> load(layout)).hasMessageContaining("indexes within indexes");
    }

    @Test
    void s62ABlobOfALayoutThatIsNotWhatItSaysIsRefused() throws IOException {
        Path layout = temporary.resolve("layout");
        TestImage image = image("a");
        image.writeLayout(layout, NAMED);
        List<String> before = Contents.of(home);
        Files.write(
                layout.resolve(ImageLayout.blob(image.layers.get(0).digest())),
                TestImage.gzip(new Tars().file("b", "").bytes()));

        assertThatThrownBy(() -> load(layout)).isInstanceOf(DigestMismatchException.class);
        assertThat(Contents.of(home)).isEqualTo(before);
        assertThat(store.images().list()).isEmpty();
    }

    @Test
    void s62ALayerOfDockerSaveIsCheckedByItsDiffId() throws IOException {
        Tars archive = new Tars()
                .file("layer.tar", latin1(new Tars().file("evil", "").bytes()))
                .file("config.json", latin1(image("good").configDocument()))
                .file("manifest.json", "[{\"Config\":\"config.json\",\"RepoTags\":[],\"Layers\":[\"layer.tar\"]}]");

        assertThatThrownBy(() -> load(Files.write(temporary.resolve("saved.tar"), archive.bytes())))
                .isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void s63ALinkIsNoBlob() throws IOException {
        Path layout = temporary.resolve("layout");
        TestImage image = image("a");
        image.writeLayout(layout, NAMED);
        Path blob = layout.resolve(ImageLayout.blob(image.layers.get(0).digest()));
        Path elsewhere = Files.move(blob, temporary.resolve("elsewhere"));
        Files.createSymbolicLink(blob, elsewhere);

        assertThatThrownBy(() -> load(layout)).isInstanceOf(StoreException.class);
    }

    @Test
    void whatIsNoArchiveOfImagesSaysSo() throws IOException {
        assertThatThrownBy(() -> load(temporary.resolve("nothing"))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> load(Files.createDirectory(temporary.resolve("empty"))))
                .hasMessageContaining("neither an oci-layout nor a manifest.json");
        assertThatThrownBy(() -> load(Files.writeString(temporary.resolve("text"), "x".repeat(1000))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no tar archive");
        assertThatThrownBy(() -> load(Files.write(
                        temporary.resolve("bad.tar"),
                        new Tars().file("manifest.json", "{}").bytes())))
                .isInstanceOf(StoreException.class);
    }

    private List<ImageStore.Loaded> load(Path archive) {
        return store.images().load(archive, AMD64);
    }

    private static TestImage image(String file) {
        TestImage image = TestImage.of(new Tars().file(file, ""));
        image.platform = AMD64;
        return image;
    }

    private static void writeLayout(Path directory, TestImage image, Descriptor entry) throws IOException {
        image.writeBlobs(directory);
        TestImage.write(directory.resolve(ImageLayout.FILE), Json.write(ImageLayout.current()));
        TestImage.write(directory.resolve(ImageLayout.INDEX_FILE), Json.write(Index.of(List.of(entry))));
    }

    private static byte[] tarOf(Path directory) throws IOException {
        Tars tar = new Tars();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                tar.file("./" + directory.relativize(file), latin1(Files.readAllBytes(file)));
            }
        }
        return tar.bytes();
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
