package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skiff.StoreException;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.LayerPacker;
import dev.skiff.layer.LayerUnpacker;
import dev.skiff.layer.RandomTrees;
import dev.skiff.layer.Tars;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.MemoryFileTree;
import dev.skiff.linux.testing.TreeText;
import dev.skiff.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers and images on a real disk, through an agent that is chrooted into them. */
@KernelTest
class StoreKernelTest {
    private static LinuxHost linux;
    private static LayerHost host;
    private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(3);

    @TempDir
    private Path temporary;

    private Store store;

    @BeforeAll
    static void openHost() {
        linux = LinuxHost.open();
        host = new LinuxLayerHost(() -> linux);
    }

    @AfterAll
    static void closeHost() {
        EXECUTOR.shutdownNow();
        linux.close();
    }

    @BeforeEach
    void open() {
        store = Store.open(temporary.resolve("home"), host, EXECUTOR);
    }

    @AfterEach
    void close() {
        store.close();
        host.removeTree(temporary.resolve("home"));
    }

    @Test
    void whatIsUnpackedOnADiskIsWhatWasPacked() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            MemoryFileTree tree = RandomTrees.of(seed, host.overlayForm(), !linux.rootless());
            ByteArrayOutputStream tar = new ByteArrayOutputStream();
            UnpackedLayer packed = LayerPacker.pack(tree, host.overlayForm(), List.of(), tar);
            Path directory = Files.createDirectory(temporary.resolve("tree-" + seed));
            try (FileTree files = host.tree(directory)) {
                LayerUnpacker.unpack(
                        new ByteArrayInputStream(tar.toByteArray()), files, ArchiveLimits.DEFAULT, host.overlayForm());
                UnpackedLayer again = LayerPacker.pack(
                        files, host.overlayForm(), List.of(), ByteArrayOutputStream.nullOutputStream());

                assertThat(again.diffId()).as("seed %d", seed).isEqualTo(packed.diffId());
                assertThat(TreeText.of(files)).isEqualTo(tree.describe());
            }
            host.removeTree(directory);
        }
    }

    @Test
    void anImageIsOnTheDiskAndFoundByTheNextProcess() throws IOException {
        StoredImage image = TestImage.of(
                        new Tars().directory("etc").file("etc/a", "one"),
                        new Tars().directory("etc").file("etc/.wh.a", "").file("etc/b", "two"))
                .ingestInto(store);
        store.images().tag(image, Reference.parse("app:1"));
        store.close();

        store = Store.open(temporary.resolve("home"), host, EXECUTOR);
        StoredImage found = store.images().find(Reference.parse("app:1")).orElseThrow();
        assertThat(found.layers()).hasSize(2);
        try (FileTree files = store.layers().files(found.layers().get(1))) {
            assertThat(files.read(RawPath.of("etc/b")).readAllBytes())
                    .asString()
                    .isEqualTo("two");
            assertThat(files.stat(RawPath.of("etc/a")).orElseThrow().metadata().type())
                    .isEqualTo(FileMetadata.S_IFCHR);
        }
    }

    @Test
    void aHostileLayerLeavesNothingOnTheDisk() throws IOException {
        List<String> before = Contents.of(store.home());
        TestImage image = TestImage.of(
                new Tars().file("good", "x".repeat(100_000)),
                new Tars()
                        .directory("d")
                        .symlink("d/up", "../../..")
                        .file("d/up/.wh.tmp", "")
                        .device("x", 0, 0));

        assertThatThrownBy(() -> image.ingestInto(store)).isInstanceOf(StoreException.class);
        assertThat(Contents.of(store.home())).isEqualTo(before);
    }

    @Test
    void aDeviceNumberThatTheKernelRefusesIsAnErrorOfTheLayer() throws IOException {
        assumeFalse(linux.rootless(), "devices are left out in a user namespace");
        List<String> before = Contents.of(store.home());

        assertThatThrownBy(() -> TestImage.of(new Tars().device("d", 5000, 1)).ingestInto(store))
                .isInstanceOf(StoreException.class);
        assertThat(Contents.of(store.home())).isEqualTo(before);
    }

    @Test
    void aBuiltLayerComesBackAsItsTar() throws IOException {
        StoredLayer layer;
        try (NewLayer made = store.layers().create()) {
            byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
            made.files()
                    .writeFile(
                            RawPath.of("bin/tool"),
                            FileMetadata.regular(04755, content.length).withMtime(5, 6),
                            new ByteArrayInputStream(content));
            layer = made.commit(List.of());
        }
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        store.layers().writeTar(layer, tar);

        assertThat(tar.size()).isEqualTo(layer.tarBytes());
        assertThat(layer.index()
                        .find(RawPath.of("bin/tool"))
                        .orElseThrow()
                        .metadata()
                        .permissions())
                .isEqualTo(04755);
    }
}
