package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildContextException;
import dev.skiff.DockerfileException;
import dev.skiff.build.context.DirectorySource;
import dev.skiff.build.context.TarSource;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileMetadata;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a build's files come from, and where its Dockerfile. */
class BuildContextsTest {
    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Path elsewhere(String name, String content) throws IOException {
        Path file = directory.resolve("elsewhere").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static TarSource tar(Tars tar) {
        return new TarSource("x.tar", tar::stream);
    }

    @Test
    void theDockerfileMayBeCalledInLowerCase() throws IOException {
        Files.writeString(bench.path("dockerfile"), "FROM scratch\nCOPY dockerfile /\n");

        assertThat(Workbench.top(bench.build(BuildRequest.of(bench.path(""))))).containsExactly("644 0:0 dockerfile");
    }

    @Test
    void theDockerfileMayLieOutsideOfTheContext() throws IOException {
        bench.file("a", "1");
        Path dockerfile = elsewhere("Dockerfile", "FROM scratch\nCOPY . /\n");
        BuildRequest request = BuildRequest.of(dockerfile).withContext(new DirectorySource(bench.path("")));

        assertThat(Workbench.top(bench.build(request))).containsExactly("644 0:0 a");
    }

    @Test
    void theDockerfileMayBeALinkOutOfTheContext() throws IOException {
        bench.file("a", "1");
        Files.createSymbolicLink(bench.path("Dockerfile"), elsewhere("real", "FROM scratch\nCOPY a /\n"));

        assertThat(Workbench.top(bench.build(BuildRequest.of(bench.path(""))))).containsExactly("644 0:0 a");
    }

    @Test
    void theDockerfileMayBeATextInNoFile() throws IOException {
        bench.file("a", "1").file(".dockerignore", "b").file("b", "2");
        BuildRequest request = BuildRequest.of(new DirectorySource(bench.path("")))
                .withDockerfile(new DockerfileSource.OfText("FROM scratch\nCOPY . /\n"));

        assertThat(Workbench.top(bench.build(request))).containsExactly("644 0:0 .dockerignore", "644 0:0 a");
    }

    @Test
    void aMissingDockerfileIsNamed() {
        assertThatThrownBy(() -> bench.build(BuildRequest.of(bench.path(""))))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("Dockerfile:1:1: no such file: ");
        assertThatThrownBy(() -> bench.build(BuildRequest.of(tar(new Tars()))))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("no such file in the build context x.tar");
    }

    @Test
    void aDockerfileThatIsAFifoIsAnErrorAndDoesNotHang() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", bench.path("Dockerfile").toString())
                        .start()
                        .waitFor())
                .isZero();

        assertThatThrownBy(() -> bench.build(BuildRequest.of(bench.path(""))))
                .hasMessageContaining("Dockerfile is no regular file");
    }

    @Test
    void aTarBringsItsDockerfileAndItsIgnoreFile() throws IOException {
        StoredImage image = bench.build(BuildRequest.of(tar(new Tars()
                .file("Dockerfile", "FROM scratch\nCOPY . /\n")
                .file(".dockerignore", "*\n!dir\ndir/no\n")
                .file("dir/yes", "content")
                .file("dir/no", "secret"))));

        assertThat(Workbench.top(image)).containsExactly("755 0:0 dir", "644 0:0 dir/yes");
        assertThat(bench.content(image, "dir/yes")).isEqualTo("content");
    }

    @Test
    void aDockerfileInATarMayHaveAnIgnoreFileOfItsOwn() throws IOException {
        BuildRequest request = BuildRequest.of(tar(new Tars()
                        .file("docker/prod", "FROM scratch\nCOPY *.txt /\n")
                        .file("docker/prod.dockerignore", "b.txt\n")
                        .file(".dockerignore", "a.txt\n")
                        .file("a.txt", "1")
                        .file("b.txt", "2")))
                .withDockerfile(new DockerfileSource.InContext(List.of("docker/prod")));

        assertThat(Workbench.top(bench.build(request))).containsExactly("644 0:0 a.txt");
    }

    @Test
    void anIgnoreFileThatIsALinkOutOfTheContextIsNotPassedOver() throws IOException {
        Files.createSymbolicLink(bench.path(".dockerignore"), elsewhere("rules", "secret"));

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY . /"))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("/.dockerignore of the build context")
                .hasMessageContaining("nor a link to one");
    }

    @Test
    void anIgnoreFileThatMakesNoSenseFailsTheBuildWithItsLine() throws IOException {
        bench.file(".dockerignore", "ok\n\n[z-");

        assertThatThrownBy(() -> bench.build("FROM scratch"))
                .isInstanceOfSatisfying(DockerfileException.class, e -> {
                    assertThat(e.file()).isEqualTo(".dockerignore");
                    assertThat(e.line()).isEqualTo(3);
                })
                .hasMessageContaining("syntax error in pattern");
    }

    @Test
    void theIgnoreFileOfADockerfileReplacesThatOfTheContext() throws IOException {
        bench.file("Dockerfile.dockerignore", "a\n*.dockerignore\n.dockerignore\nDockerfile")
                .file(".dockerignore", "b")
                .file("a", "1")
                .file("b", "2");

        assertThat(Workbench.top(bench.build("FROM scratch", "COPY . /"))).containsExactly("644 0:0 b");
    }

    @Test
    void filesInMemoryAreAContext() throws IOException {
        BuildRequest request = BuildRequest.of(new MemoryFiles()
                .file("Dockerfile", "FROM scratch\nCOPY bin /bin\n", 0644)
                .file("bin/run", "#!/bin/sh\n", 0755)
                .source());
        StoredImage image = bench.build(request);

        assertThat(Workbench.top(image)).containsExactly("755 0:0 bin", "755 0:0 bin/run");
        assertThat(bench.build(request).digest()).isEqualTo(image.digest());
        assertThat(bench.cached()).containsExactly("COPY bin /bin");
    }

    @Test
    void theSameFilesFromADirectoryAndATarHitTheSameCache() throws IOException {
        bench.file("a", "1");
        bench.build("FROM scratch", "COPY a /");
        bench.build(BuildRequest.of(
                tar(new Tars().file("Dockerfile", "FROM scratch\nCOPY a /\n").file("a", "1"))));

        assertThat(bench.cached()).containsExactly("COPY a /");
    }

    @Test
    void aZipFileIsAContext() throws IOException {
        Path zip = directory.resolve("context.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.writeString(files.getPath("/Dockerfile"), "FROM scratch\nCOPY a /\n");
            Files.writeString(files.getPath("/a"), "content");
        }
        try (FileSystem files = FileSystems.newFileSystem(zip)) {
            assertThat(bench.content(bench.build(BuildRequest.of(files.getPath("/"))), "a"))
                    .isEqualTo("content");
        }
    }

    @Test
    void aContextThatIsNotThereIsNamed() throws IOException {
        BuildRequest request = BuildRequest.of(elsewhere("Dockerfile", "FROM scratch\n"))
                .withContext(new DirectorySource(directory.resolve("none")));

        assertThatThrownBy(() -> bench.build(request))
                .isInstanceOf(BuildContextException.class)
                .hasMessage("the build context " + directory.resolve("none") + " is not there");
    }

    @Test
    void aLinkOutOfTheContextIsRefusedByName() throws IOException {
        Files.createSymbolicLink(bench.path("out"), elsewhere("secret", "x"));

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY out /"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/out\" is a link to")
                .hasMessageContaining("no link leads out");
    }

    @Test
    void aContextOverTheSetSizeIsAnErrorAndMakesNoLayer() throws IOException {
        bench.file("small", "1").file("large", "0123456789");
        Files.writeString(bench.path("Dockerfile"), "FROM scratch\nCOPY small /\nCOPY large /\n");
        BuildRequest request = BuildRequest.of(bench.path("")).withContextLimit(10);

        assertThatThrownBy(() -> bench.build(request))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining(
                        "is larger than the 10 bytes that this build may take from it (it came to /large");
    }

    @Test
    void aSocketInADirectoryIsLeftOutAndTheStepSaysSo() throws IOException {
        bench.file("dir/f", "1");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(bench.path("dir/s")));

            assertThat(Workbench.top(bench.build("FROM scratch", "COPY dir /"))).containsExactly("644 0:0 f");
            assertThat(bench.warnings()).singleElement().asString().contains("left out /dir/s: a socket");
            assertThatThrownBy(() -> bench.build("FROM scratch", "COPY dir/s /"))
                    .hasMessageContaining("\"/dir/s\": not found; it is a socket");
        }
    }

    @Test
    void severalStepsOfOneBuildSeeTheSameContext() throws IOException {
        bench.file("a", "1").file("b", "2");

        StoredImage image =
                bench.build("FROM scratch AS x", "COPY a /", "FROM scratch", "COPY --from=x / /", "COPY b /");
        assertThat(bench.content(image, "a") + bench.content(image, "b")).isEqualTo("12");
    }

    @Test
    void theDockerfileAndTheIgnoreFileAreReadEvenIfTheyAreLeftOut() throws IOException {
        bench.file(".dockerignore", "Dockerfile\n.dockerignore\nsecret")
                .file("secret", "x")
                .file("a", "1");

        assertThat(Workbench.top(bench.build("FROM scratch", "COPY . /"))).containsExactly("644 0:0 a");
    }

    @Test
    void aSourceThatIsLeftOutIsNotFoundAndTheErrorSaysWhichFileLeavesItOut() throws IOException {
        bench.file("Dockerfile.dockerignore", "*.md").file("a.md", "1");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY a.md /"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/a.md\": not found; Dockerfile.dockerignore leaves it out");
    }

    @Test
    void aFifoInTheContextIsCopiedAsOneAndNeverOpened() throws Exception {
        Files.createDirectory(bench.path("dir"));
        assertThat(new ProcessBuilder("mkfifo", bench.path("dir/pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        StoredImage image = bench.build("FROM scratch", "COPY dir /");
        assertThat(Workbench.get(image, "pipe").metadata().type()).isEqualTo(FileMetadata.S_IFIFO);
    }
}
