package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts as users hand them over. No step here needs the kernel but for writing a layer. */
class BuildContextTest {
    private static final ContextFiles HELLO =
            BuildContext.files().file("Dockerfile", "FROM scratch\nLABEL a=b\n").file("hello", "Hello");

    @TempDir
    private Path directory;

    private Skiff skiff;

    @BeforeEach
    void open() {
        skiff = Skiff.builder().store(directory.resolve("home")).open();
    }

    @AfterEach
    void close() {
        skiff.close();
    }

    private static byte[] tar(String... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void theSameDockerfileIsTheSameImageWhereverItComesFrom() throws IOException {
        String text = "FROM scratch\nLABEL a=b\n";
        byte[] tar = tar("Dockerfile", text);
        Path onDisk = Files.createDirectory(directory.resolve("src"));
        Files.writeString(onDisk.resolve("Dockerfile"), text);
        Path archive = Files.write(directory.resolve("src.tar"), tar);
        SkiffImages images = skiff.images();

        List<Digest> digests = List.of(
                digest(images.build(HELLO)),
                digest(images.build(onDisk)),
                digest(images.build(BuildContext.directory(onDisk))),
                digest(images.build(BuildContext.tar(archive))),
                digest(images.build(BuildContext.tar(() -> new ByteArrayInputStream(tar)))),
                digest(images.build(HELLO).dockerfileText(text)),
                digest(images.build(HELLO).dockerfile(onDisk.resolve("Dockerfile"))),
                digest(images.build(BuildContext.tar(archive)).dockerfile("Dockerfile")));
        assertThat(digests).containsOnly(digests.get(0));
    }

    private static Digest digest(ImageBuild build) {
        return build.arg("SOURCE_DATE_EPOCH", "0").await().digest();
    }

    @Test
    void aStreamIsOpenedOnceByEachBuildAndClosed() throws IOException {
        byte[] tar = tar("Dockerfile", "FROM scratch\nLABEL a=b\n");
        Counted counted = new Counted(tar);
        ImageBuild build = skiff.images().build(BuildContext.tar(counted::open));
        assertThat(counted.opened).isZero();
        build.await();
        build.await();

        assertThat(List.of(counted.opened, counted.closed)).containsExactly(2, 2);
    }

    private static final class Counted {
        private final byte[] content;
        private int opened;
        private int closed;

        Counted(byte[] content) {
            this.content = content;
        }

        InputStream open() {
            opened++;
            return new ByteArrayInputStream(content) {
                @Override
                public void close() {
                    closed++;
                }
            };
        }
    }

    @Test
    void anImageABuildAndAnArchiveMayHaveTheNameOfAContext() {
        SkiffImages images = skiff.images();
        ImageBuild base = images.build(HELLO).tag("base:1");
        ContextFiles files = BuildContext.files().file("Dockerfile", "FROM x\nLABEL c=d\n");

        assertThat(List.of(
                        images.build(files).context("x", base),
                        images.build(files).context("x", base.await()),
                        images.build(files).context("x", "base:1"),
                        images.build(files).context("X:latest", "docker.io/library/base:1")))
                .allSatisfy(build -> assertThat(
                                build.await().config().containerConfig().labels())
                        .containsEntry("a", "b")
                        .containsEntry("c", "d"));
    }

    @Test
    void aLayoutOfAnotherToolMayHaveTheNameOfAContext() {
        SkiffImages images = skiff.images();
        Image base = images.build(HELLO).tag("base:1").await();
        Path layout = directory.resolve("home/oci");
        ContextFiles files = BuildContext.files().file("Dockerfile", "FROM x\nLABEL c=d\n");
        Image image = images.build(files).context("x", images.load(layout)).await();

        assertThat(image.config().containerConfig().labels())
                .containsAllEntriesOf(base.config().containerConfig().labels());
    }

    @Test
    void namesThatMeanSomethingAlreadyAreRefused() {
        ImageBuild build = skiff.images().build(HELLO);
        for (String name : List.of("scratch", "Context", " ")) {
            assertThatThrownBy(() -> build.context(name, HELLO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no context can have the name \"" + name + "\"");
        }
    }

    @Test
    void aDescriptionSaysWhatItIs() {
        assertThat(skiff.images().build(HELLO)).hasToString("build in memory");
        assertThat(BuildContext.tar(directory.resolve("x.tar")))
                .hasToString("build context " + directory.resolve("x.tar"));
    }

    @Test
    void filesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> BuildContext.files().file("..", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path must name something");
        assertThatThrownBy(() -> BuildContext.files().file("a", new byte[0], 010000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permissions");
        assertThatThrownBy(() -> BuildContext.files().link("a", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> skiff.images().build(HELLO).contextLimit(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileBelowAFileIsAnErrorOfTheBuildThatNamesIt() {
        ContextFiles files = HELLO.file("a", "1").file("a/b", "2");

        assertThatThrownBy(() -> skiff.images().build(files).await())
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("/a/b of the build context in memory lies below /a, which is no directory");
    }

    @Test
    void theBytesOfAFileAreThoseAtTheTimeItWasAdded() {
        byte[] content = "FROM scratch\n".getBytes(StandardCharsets.UTF_8);
        ContextFiles files = BuildContext.files().file("Dockerfile", content);
        content[0] = 'X';

        assertThat(skiff.images().build(files).await().config().diffIds()).isEmpty();
    }
}
