package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.StoreException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.RootFs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that leave a store as files, and come into another. */
class ImageSaverTest {
    private static final Reference APP = Reference.parse("team/app:1.0");
    private static final Reference SAME = Reference.parse("team/app:latest");

    @TempDir
    private Path directory;

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
    }

    private StoredImage build(String content) throws IOException {
        try (NewLayer layer = store.layers().create()) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            layer.files()
                    .writeFile(
                            RawPath.of("file"),
                            FileMetadata.regular(0644, bytes.length),
                            new ByteArrayInputStream(bytes));
            ImageConfig config = ImageConfig.of(Platform.host())
                    .withRootFs(RootFs.of(List.of(layer.commit(List.of()).diffId())));
            return store.images().commit(config, Optional.empty());
        }
    }

    private Path save(StoredImage image, Path to, Reference... names) {
        store.images().save(image, List.of(names), to);
        return to;
    }

    private List<ImageStore.Loaded> load(Path archive) {
        return other.images().load(archive, Platform.host());
    }

    @Test
    void whatIsSavedIsLoadedWithItsNamesAndItsDigest() throws IOException {
        StoredImage image = build("one");

        List<ImageStore.Loaded> loaded = load(save(image, directory.resolve("app.tar"), APP, SAME));

        assertThat(loaded).allSatisfy(each -> assertThat(each.image().digest()).isEqualTo(image.digest()));
        assertThat(other.images().list())
                .extracting(ImageStore.Named::reference)
                .containsExactly(APP, SAME);
    }

    @Test
    void anImageThatWasPulledKeepsItsCompressedLayers() throws IOException {
        StoredImage image = TestImage.of(new Tars().file("a", "one"), new Tars().file("b", "two"))
                .ingestInto(store);

        StoredImage loaded =
                load(save(image, directory.resolve("app.tar"), APP)).get(0).image();

        assertThat(loaded.digest()).isEqualTo(image.digest());
        assertThat(loaded.manifest()).isEqualTo(image.manifest());
    }

    @Test
    void anImageWithoutANameIsSavedToo() throws IOException {
        StoredImage image = build("one");

        assertThat(load(save(image, directory.resolve("app.tar"))))
                .singleElement()
                .satisfies(loaded -> {
                    assertThat(loaded.image().digest()).isEqualTo(image.digest());
                    assertThat(loaded.names()).isEmpty();
                });
    }

    @Test
    void theSameImageIsTheSameTarToTheLastByte() throws IOException {
        StoredImage image = build("one");
        Path first = save(image, directory.resolve("first.tar"), APP);
        store.images().complete(image); // now the layer has a blob, which must make no difference
        Path second = save(image, directory.resolve("second.tar"), APP);

        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void aTarReplacesTheOneBeforeWhenItIsWhole() throws IOException {
        Path file = save(build("old"), directory.resolve("app.tar"), APP);
        StoredImage image = build("new");
        byte[] old = Files.readAllBytes(file);
        damage(image);

        assertThatThrownBy(() -> save(image, file, APP))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");

        assertThat(file).hasBinaryContent(old);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("home", "other", "app.tar");
        }
    }

    private void damage(StoredImage image) throws IOException {
        host.memory(image.layers().get(0).directory())
                .writeFile(RawPath.of("file"), FileMetadata.regular(0644, 3), new ByteArrayInputStream(new byte[3]));
    }

    @Test
    void aBlobThatHasRottenIsNotHandedOnAndComesInAgain() throws IOException {
        TestImage source = TestImage.of(new Tars().file("a", "one"));
        StoredImage image = source.ingestInto(store);
        Path blob = store.home()
                .resolve("oci")
                .resolve(ImageLayout.blob(image.manifest().layers().get(0).digest()));
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length - 1] ^= 1;
        Files.delete(blob);
        Files.write(blob, bytes);

        assertThatThrownBy(() -> save(image, directory.resolve("app.tar"), APP))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
        assertThatThrownBy(() -> save(image, directory.resolve("app.tar"), APP))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is gone; pull");

        source.ingestInto(store);

        assertThat(load(save(image, directory.resolve("app.tar")))).hasSize(1);
    }

    @Test
    void anEmptyDirectoryBecomesALayout() throws IOException {
        StoredImage image = build("one");

        Path layout = save(image, Files.createDirectory(directory.resolve("layout")), APP);

        assertThat(load(layout)).singleElement().satisfies(loaded -> {
            assertThat(loaded.image().digest()).isEqualTo(image.digest());
            assertThat(loaded.names()).containsExactly(APP);
        });
    }

    @Test
    void aLayoutKeepsItsOtherImagesAndGivesUpANameThatIsTaken() throws IOException {
        Path layout = Files.createDirectory(directory.resolve("layout"));
        StoredImage stays = build("stays");
        save(stays, layout, Reference.parse("team/other:1"));
        save(build("goes"), layout, APP);

        StoredImage image = build("comes");
        save(image, layout, APP);
        save(image, layout, APP);

        Index index = Index.read(Files.readAllBytes(layout.resolve(ImageLayout.INDEX_FILE)), MediaTypes.OCI_INDEX);
        assertThat(index.manifests()).extracting(Descriptor::digest).containsExactly(stays.digest(), image.digest());
        assertThat(Json.read(Files.readAllBytes(layout.resolve(ImageLayout.FILE)), ImageLayout.class))
                .isEqualTo(ImageLayout.current());
    }

    @Test
    void aDirectoryWithOtherThingsInItIsLeftAlone() throws IOException {
        Path home = Files.createDirectory(directory.resolve("documents"));
        Files.writeString(home.resolve("letter"), "dear");

        assertThatThrownBy(() -> save(build("one"), home, APP))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("other things in it than an OCI image layout");
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files).containsExactly(home.resolve("letter"));
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() throws IOException {
        StoredImage image = build("one");

        assertThatThrownBy(() -> save(image, directory.resolve("missing/app.tar"), APP))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void item63ALinkWhereABlobBelongsIsReplacedAndNotFollowed() throws IOException {
        StoredImage image = build("one");
        Path layout = Files.createDirectory(directory.resolve("layout"));
        Files.writeString(layout.resolve(ImageLayout.FILE), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path blob = layout.resolve(ImageLayout.blob(image.digest()));
        Files.createDirectories(blob.getParent());
        Files.createSymbolicLink(blob, victim);

        save(image, layout, APP);

        assertThat(victim).hasContent("precious");
        assertThat(load(layout).get(0).image().digest()).isEqualTo(image.digest());
    }
}
