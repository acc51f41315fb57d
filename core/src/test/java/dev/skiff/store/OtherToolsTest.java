package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.LayerPacker;
import dev.skiff.layer.LayerUnpacker;
import dev.skiff.layer.OverlayForm;
import dev.skiff.layer.RandomTrees;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TreeText;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.RootFs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether skopeo, umoci and tar read what Skiff writes, and Skiff what they write. */
@Tag("tools")
@KernelTest(
        programs = {"/usr/bin/skopeo", "/usr/bin/umoci", "/bin/tar"},
        root = true)
class OtherToolsTest {
    private static final Reference APP = Reference.parse("team/app:1.0");
    private static LinuxHost linux;
    private static LayerHost host;

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
        linux.close();
    }

    @BeforeEach
    void open() {
        store = Store.open(temporary.resolve("home"), host, Runnable::run);
    }

    @AfterEach
    void close() {
        store.close();
        for (String directory : new String[] {"home", "other", "bundle", "tree"}) {
            host.removeTree(temporary.resolve(directory));
        }
    }

    @Test
    void skopeoReadsTheStoreAsItStands() throws Exception {
        StoredImage image = build(1);
        store.images().tag(image, APP);

        assertThat(run("skopeo", "inspect", layout()))
                .contains(image.layers().get(0).diffId().toString());

        store.images().complete(image);
        run("skopeo", "copy", layout(), "dir:" + temporary.resolve("copy"));
        assertThat(temporary
                        .resolve("copy")
                        .resolve(image.layers().get(0).diffId().digest().hex()))
                .exists();
    }

    @Test
    void whatSkopeoWritesIsTheSameImageHoweverItIsWrapped() throws Exception {
        StoredImage image = build(2);
        store.images().tag(image, APP);
        store.images().complete(image);
        for (String kind :
                new String[] {"oci-archive:%s:team/app:1.0", "docker-archive:%s:team/app:1.0", "oci:%s:team/app:1.0"}) {
            Path file = temporary.resolve("archive-" + kind.substring(0, kind.indexOf(':')));
            run("skopeo", "copy", layout(), String.format(kind, file));
            try (Store other = Store.open(temporary.resolve("other"), host, Runnable::run)) {
                StoredImage loaded =
                        other.images().load(file, Platform.host()).get(0).image();

                assertThat(loaded.config().diffIds())
                        .as(kind)
                        .isEqualTo(image.config().diffIds());
                assertThat(other.images().find(APP)).as(kind).isPresent();
                assertThat(text(other, loaded)).as(kind).isEqualTo(text(store, image));
            }
            host.removeTree(temporary.resolve("other"));
        }
    }

    @Test
    void skopeoReadsWhatIsSavedAsEitherKind() throws Exception {
        StoredImage image = build(4);
        Path tar = temporary.resolve("saved.tar");
        store.images().save(image, List.of(APP), tar);
        Path layout = Files.createDirectory(temporary.resolve("saved"));
        store.images().save(image, List.of(APP), layout);

        for (String source :
                new String[] {"oci-archive:" + tar, "docker-archive:" + tar, "oci:" + layout + ":" + APP}) {
            assertThat(run("skopeo", "inspect", source))
                    .as(source)
                    .contains(image.layers().get(0).diffId().toString());
            Path copy = temporary.resolve("copy-" + source.substring(0, source.indexOf(':')));
            run("skopeo", "copy", source, "dir:" + copy);
            assertThat(copy.resolve(image.layers().get(0).diffId().digest().hex()))
                    .as(source)
                    .exists();
        }
    }

    @Test
    void umociUnpacksTheSameFiles() throws Exception {
        StoredImage image = TestImage.of(
                        new Tars()
                                .directory("etc")
                                .file("etc/kept", "kept")
                                .file("etc/gone", "")
                                .symlink("link", "etc/kept"),
                        new Tars()
                                .directory("etc")
                                .file("etc/.wh.gone", "")
                                .file("etc/new", "new")
                                .hardLink("hard", "etc/new"))
                .ingestInto(store);
        store.images().tag(image, APP);
        run("skopeo", "copy", layout(), "oci:" + temporary.resolve("plain") + ":app");
        run(
                "umoci",
                "unpack",
                "--image",
                temporary.resolve("plain") + ":app",
                temporary.resolve("bundle").toString());

        Path root = temporary.resolve("bundle/rootfs");
        assertThat(root.resolve("etc/gone")).doesNotExist();
        List<String> names = new ArrayList<>();
        for (RawPath directory : List.of(RawPath.ROOT, RawPath.of("etc"))) {
            image.files()
                    .children(directory)
                    .forEach(found -> names.add(found.entry().path().toString()));
        }
        assertThat(names).containsExactly("etc", "hard", "link", "etc/kept", "etc/new");
        assertThat(names)
                .allSatisfy(name -> assertThat(Files.exists(root.resolve(name))).isTrue());
    }

    @Test
    void everyFormatOfGnuTarIsReadAsItWasMeant() throws Exception {
        Path source = Files.createDirectory(temporary.resolve("tree"));
        String deep = "d/" + "long-name-".repeat(12) + "/" + "deep/".repeat(30) + "file";
        try (FileTree files = host.tree(source)) {
            unpack(
                    new Tars()
                                    .directory("d", 01777)
                                    .pax("path", deep, "mtime", "1234.5")
                                    .file("x", "content")
                                    .pax("linkpath", deep)
                                    .hardLink("d/hard", "cut off")
                                    .symlink("d/link", "t".repeat(90))
                                    .pax("uid", "70000")
                                    .file("d/caf\u00e9", "latin one")
                                    .stream(),
                    files);
        }
        for (String format : new String[] {"gnu", "posix", "oldgnu"}) {
            Path tar = temporary.resolve(format + ".tar");
            run("tar", "--format=" + format, "--sort=name", "-C", source.toString(), "-cf", tar.toString(), ".");
            Path again = Files.createDirectory(temporary.resolve("bundle"));
            try (FileTree from = host.tree(source);
                    FileTree into = host.tree(again);
                    InputStream in = Files.newInputStream(tar)) {
                unpack(in, into);
                String expected = format.equals("posix") ? TreeText.of(from) : wholeSeconds(TreeText.of(from));
                String actual = format.equals("posix") ? TreeText.of(into) : wholeSeconds(TreeText.of(into));
                assertThat(actual).as(format).isEqualTo(expected);
            }
            host.removeTree(again);
        }
    }

    @Test
    void gnuTarExtractsWhatSkiffWrites() throws Exception {
        StoredImage image = build(3);
        Path tar = temporary.resolve("layer.tar");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.layers().writeTar(image.layers().get(0), bytes);
        Files.write(tar, bytes.toByteArray());
        Path root = Files.createDirectory(temporary.resolve("bundle"));
        run("tar", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-C", root.toString(), "-xpf", tar.toString());

        Path again = Files.createDirectory(temporary.resolve("tree"));
        try (FileTree ours = host.tree(again);
                FileTree theirs = host.tree(root)) {
            LayerUnpacker.unpack(Files.newInputStream(tar), ours, ArchiveLimits.DEFAULT, OverlayForm.ROOT);
            // To tar a deletion is but an empty file, so only what is a file to both is compared.
            assertThat(files(theirs)).containsAll(files(ours));
        }
    }

    private static List<String> files(FileTree tree) {
        return TreeText.of(tree)
                .lines()
                .filter(line -> line.contains("] 10") && !line.contains("overlay") && !line.contains(" = "))
                .toList();
    }

    private static String wholeSeconds(String text) {
        return text.replaceAll("\\.\\d{9}", "");
    }

    private static void unpack(InputStream tar, FileTree into) throws IOException {
        LayerUnpacker.unpack(tar, into, ArchiveLimits.DEFAULT, host.overlayForm());
    }

    private StoredImage build(long seed) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        LayerPacker.pack(RandomTrees.of(seed, OverlayForm.ROOT, true), OverlayForm.ROOT, List.of(), tar);
        StoredLayer layer;
        try (NewLayer made = store.layers().create()) {
            unpack(new ByteArrayInputStream(tar.toByteArray()), made.files());
            layer = made.commit(List.of());
        }
        ImageConfig config = ImageConfig.of(Platform.host()).withRootFs(RootFs.of(List.of(layer.diffId())));
        return store.images().commit(config, Optional.empty());
    }

    private static String text(Store store, StoredImage image) {
        StringBuilder text = new StringBuilder();
        for (StoredLayer layer : image.layers()) {
            try (FileTree files = store.layers().files(layer)) {
                text.append(TreeText.of(files));
            }
        }
        return text.toString();
    }

    private String layout() {
        return "oci:" + store.home().resolve("oci") + ":" + APP;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", List.of(command), output).isZero();
        return output;
    }
}
