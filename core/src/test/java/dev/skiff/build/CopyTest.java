package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where COPY puts what, and what it is like there: the rules of the reference. */
class CopyTest {
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

    private void mode(String path, String permissions) throws IOException {
        Files.setPosixFilePermissions(bench.path(path), PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aFileGoesToTheNameGiven() throws IOException {
        bench.file("a", "x");
        mode("a", "rw-r-----");

        StoredImage image = bench.build("FROM scratch", "COPY a /d/b");

        assertThat(Workbench.top(image)).containsExactly("755 0:0 d", "640 0:0 d/b");
        assertThat(bench.content(image, "d/b")).isEqualTo("x");
    }

    @Test
    void aTrailingSlashOrAnExistingDirectoryTakesTheFileIn() throws IOException {
        bench.file("a", "x");

        StoredImage image =
                bench.build("FROM scratch", "COPY a /d/", "COPY a /e", "WORKDIR /w", "COPY a /w", "COPY a .");

        assertThat(Workbench.find(image, "d/a")).isPresent();
        assertThat(Workbench.get(image, "e").isDirectory()).isFalse();
        assertThat(Workbench.find(image, "w/a")).isPresent();
    }

    @Test
    void aDirectoryGivesItsContentsAndKeepsItsOwnModeToItself() throws IOException {
        bench.file("s/f", "1").file("s/sub/g", "2");
        mode("s", "rwx------");
        mode("s/sub", "rwx------");
        mode("s/f", "rw-r--r--");
        mode("s/sub/g", "rw-r--r--");

        StoredImage image = bench.build("FROM scratch", "COPY s /d");

        assertThat(Workbench.top(image))
                .containsExactly("755 0:0 d", "644 0:0 d/f", "700 0:0 d/sub", "644 0:0 d/sub/g");
    }

    @Test
    void mergingChangesDirectoriesBelowButNotTheDestination() throws IOException {
        bench.file("s/sub/g", "2").file("t/sub/h", "3");
        mode("s/sub", "rwx------");
        mode("t/sub", "rwxrwx---");

        StoredImage image = bench.build("FROM scratch", "COPY --chmod=700 s /d", "COPY t /d");

        assertThat(Workbench.get(image, "d").metadata().permissions()).isEqualTo(0700);
        assertThat(Workbench.get(image, "d/sub").metadata().permissions()).isEqualTo(0770);
        assertThat(Workbench.find(image, "d/sub/g")).isPresent();
    }

    @Test
    void wildcardsStopAtSlashesAndMatchNothingInSilence() throws IOException {
        bench.file("a.js", "1").file("b.js", "2").file("sub/c.js", "3").file("sub/deep/d.js", "4");

        StoredImage image = bench.build("FROM scratch", "COPY *.js /top/", "COPY sub/*.js /sub/", "COPY *.none /none/");

        assertThat(Workbench.find(image, "top/a.js")).isPresent();
        assertThat(Workbench.find(image, "top/c.js")).isEmpty();
        assertThat(Workbench.find(image, "sub/c.js")).isPresent();
        assertThat(Workbench.find(image, "sub/d.js")).isEmpty();
        assertThat(Workbench.top(image)).isEmpty();
    }

    @Test
    void aDirectoryThatAWildcardHitsGivesItsContents() throws IOException {
        bench.file("dir1/f", "1").file("dir2/g", "2");

        StoredImage image = bench.build("FROM scratch", "COPY dir* /d/");

        assertThat(Workbench.top(image))
                .extracting(line -> line.split(" ", -1)[2])
                .containsExactly("d", "d/f", "d/g");
    }

    @Test
    void aMissingSourceIsNamedWithItsLineAndWhatMayBeMeant() {
        assertThatThrownBy(() -> bench.file("server.js", "").build("FROM scratch", "", "COPY sever.js /"))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessageContaining("\"/sever.js\": not found (did you mean server.js?)");
    }

    @Test
    void whatDockerignoreLeavesOutIsNotFoundAndSaysWhy() {
        assertThatThrownBy(() -> bench.file("secret", "")
                        .file(".dockerignore", "secret\n")
                        .build("FROM scratch", "COPY secret /"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining(".dockerignore leaves it out");
    }

    @Test
    void theDockerfilesOwnIgnoreFileReplacesThatOfTheContext() throws IOException {
        bench.file("a", "").file("b", "").file(".dockerignore", "a\n").file("Dockerfile.dockerignore", "b\n");

        StoredImage image = bench.build("FROM scratch", "COPY . /d/");

        assertThat(Workbench.find(image, "d/a")).isPresent();
        assertThat(Workbench.find(image, "d/b")).isEmpty();
    }

    @Test
    void anExceptionBringsBackAFileBelowAnIgnoredDirectory() throws IOException {
        bench.file("node_modules/x/y", "").file("node_modules/keep/z", "").file("f", "");
        bench.file(".dockerignore", "node_modules\n!node_modules/keep\n");

        StoredImage image = bench.build("FROM scratch", "COPY . /d/");

        assertThat(Workbench.find(image, "d/node_modules/keep/z")).isPresent();
        assertThat(Workbench.find(image, "d/node_modules/x")).isEmpty();
    }

    @Test
    void noPathLeadsOutOfTheContext() throws IOException {
        Files.writeString(directory.resolve("outside"), "secret");
        Files.createSymbolicLink(bench.path("link"), directory.resolve("outside"));
        bench.file("dir/f", "");
        Files.createSymbolicLink(bench.path("dir/up"), Path.of("../../outside"));

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY ../outside /"))
                .hasMessageContaining("\"/outside\": not found");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY link /"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("no link leads out");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY dir/up /")).isInstanceOf(DockerfileException.class);
    }

    @Test
    void aHitOfAWildcardThatLeadsToNothingIsAnErrorAndNotLeftOut() throws IOException {
        bench.file("d1", "1");
        Files.createSymbolicLink(bench.path("d2"), Path.of("/etc/nothing"));

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY d* /to/"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/d2\" is a link to \"/etc/nothing\"");
    }

    @Test
    void aNamedLinkIsFollowedAndALinkInADirectoryStaysOne() throws IOException {
        bench.file("real", "x").file("dir/f", "y");
        Files.createSymbolicLink(bench.path("link"), Path.of("real"));
        Files.createSymbolicLink(bench.path("dir/inner"), Path.of("/dangling"));

        StoredImage image = bench.build("FROM scratch", "COPY link /", "COPY dir /dir");

        assertThat(Workbench.get(image, "link").metadata().isRegular()).isTrue();
        assertThat(Workbench.get(image, "dir/inner").linkTarget())
                .contains("/dangling".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linksInTheDestinationAreFollowedInsideTheImage() throws IOException {
        bench.file("f", "new").file("tree/old", "old");
        Files.createSymbolicLink(bench.path("tree/way"), Path.of("/../../target/deep"));
        Files.createSymbolicLink(bench.path("tree/name"), Path.of("old"));

        StoredImage image = bench.build("FROM scratch", "COPY tree /", "COPY f /way/", "COPY f /name");

        assertThat(Workbench.find(image, "target/deep/f")).isPresent();
        assertThat(Workbench.get(image, "name").metadata().isSymlink()).isTrue();
        assertThat(bench.content(image, "old")).isEqualTo("new");
    }

    @Test
    void copyFromAStageKeepsOwnersAndContextFilesAreRoots() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build(
                "FROM scratch AS one", "COPY --chown=5:6 f /f", "FROM scratch", "COPY --from=one /f /a", "COPY f /b");

        assertThat(Workbench.get(image, "a").metadata().uid()).isEqualTo(5);
        assertThat(Workbench.get(image, "a").metadata().gid()).isEqualTo(6);
        assertThat(Workbench.get(image, "b").metadata().uid()).isZero();
    }

    @Test
    void chownTakesNamesOfTheStageAndKeepsSetuid() throws IOException {
        bench.file("etc/passwd", "web:x:33:44::/:/bin/sh\n")
                .file("etc/group", "staff:x:50:\n")
                .file("f", "");
        StoredImage image = bench.build(
                "FROM scratch",
                "COPY etc /etc",
                "COPY --chown=web --chmod=4755 f /made/a",
                "COPY --chown=web:staff f /b",
                "COPY --chown=7 f /c",
                "COPY --chown=7: f /d");

        assertThat(Workbench.get(image, "made/a").metadata().permissions()).isEqualTo(04755);
        assertThat(owner(image, "made/a")).isEqualTo("33:44");
        assertThat(owner(image, "made")).isEqualTo("33:44");
        assertThat(owner(image, "b")).isEqualTo("33:50");
        assertThat(owner(image, "c")).isEqualTo("7:7");
        assertThat(owner(image, "d")).isEqualTo("7:0");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --chown=nobody f /"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("nobody");
    }

    private static String owner(StoredImage image, String path) {
        return Workbench.get(image, path).metadata().uid() + ":"
                + Workbench.get(image, path).metadata().gid();
    }

    @Test
    void aFileDoesNotReplaceADirectoryNorADirectoryAFile() throws IOException {
        bench.file("f/inner", "").file("d/f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY f /x/f", "COPY d /x"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("cannot replace to directory /x/f with file");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY d/f /x/f", "COPY . /x"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("cannot copy to non-directory: /x/f");
    }

    @Test
    void namesOfOneFileStayOneFile() throws IOException {
        bench.file("d/a", "x");
        Files.createLink(bench.path("d/b"), bench.path("d/a"));

        StoredImage image = bench.build("FROM scratch", "COPY d /d");

        assertThat(Workbench.get(image, "d/b").hardLinkTo())
                .map(Object::toString)
                .contains("d/a");
    }

    @Test
    void excludedPathsAreSeenFromEachSource() throws IOException {
        bench.file("s/sub/f", "").file("s/keep", "");

        StoredImage image = bench.build("FROM scratch", "COPY --exclude=sub s /d", "COPY --exclude=s/sub s /e");

        assertThat(Workbench.find(image, "d/sub")).isEmpty();
        assertThat(Workbench.find(image, "d/keep")).isPresent();
        assertThat(Workbench.find(image, "e/sub/f")).isPresent();
    }

    @Test
    void directoriesAboveWhatIsCopiedAreListedAsTheyWere() throws IOException {
        bench.file("f", "");

        StoredImage image =
                bench.build("FROM scratch", "COPY --chown=9 --chmod=711 f /a/b/f", "COPY --chmod=600 f /a/b/g");

        assertThat(Workbench.top(image)).containsExactly("711 9:9 a", "711 9:9 a/b", "600 0:0 a/b/g");
    }
}
