package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileMetadata;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What implementations of COPY and WORKDIR often do wrong, one rule after the other. */
class CopyRulesTest {
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

    private List<String> paths(StoredImage image) {
        return Workbench.top(image).stream().map(line -> line.split(" ", 3)[2]).toList();
    }

    private static String owner(StoredImage image, String path) {
        FileMetadata metadata = Workbench.get(image, path).metadata();
        return metadata.uid() + ":" + metadata.gid();
    }

    // ---- destinations

    @Test
    void anEmptyDestinationAndADotAreTheWorkingDirectory() throws IOException {
        bench.file("a", "").file("b", "").file("c", "");

        StoredImage image =
                bench.build("FROM scratch", "WORKDIR /w", "COPY a .", "COPY [\"b\", \"\"]", "COPY c ./sub/.");

        assertThat(Workbench.find(image, "w/a")).isPresent();
        assertThat(Workbench.find(image, "w/b")).isPresent();
        assertThat(Workbench.find(image, "w/sub/c")).isPresent();
    }

    @Test
    void aDirectoryGivesItsContentsWithAndWithoutASlashOrADot() throws IOException {
        bench.file("s/f", "");

        for (String source : List.of("s", "s/", "s/.", "./s", "/s", "../../s", "x/../s")) {
            assertThat(paths(bench.build("FROM scratch", "COPY " + source + " /d")))
                    .as(source)
                    .containsExactly("d", "d/f");
        }
    }

    @Test
    void aTopDestinationThatIsMadeIsRootsWith0755WhateverTheSourceIs() throws IOException {
        bench.file("s/sub/f", "");
        mode("s", "rwx------");
        mode("s/sub", "rwx--x--x");

        assertThat(Workbench.top(bench.build("FROM scratch", "COPY s /d")).subList(0, 2))
                .containsExactly("755 0:0 d", "711 0:0 d/sub");
    }

    @Test
    void theDestinationsOwnDirectoryKeepsItsOwnerWhenItExists() throws IOException {
        bench.file("s/sub/f", "").file("g", "");

        StoredImage image =
                bench.build("FROM scratch", "COPY --chown=1:2 s /d", "COPY --chown=3:4 s /d", "COPY --chown=5:6 g /d/");

        assertThat(owner(image, "d")).isEqualTo("1:2");
        assertThat(owner(image, "d/sub")).isEqualTo("3:4");
        assertThat(owner(image, "d/g")).isEqualTo("5:6");
    }

    @Test
    void severalSourcesToANameOverwriteEachOther() throws IOException {
        bench.file("a", "1").file("b", "2");

        StoredImage image = bench.build("FROM scratch", "COPY a b /f");

        assertThat(bench.content(image, "f")).isEqualTo("2");
        assertThat(Workbench.get(image, "f").metadata().isRegular()).isTrue();
    }

    @Test
    void aFileOverAFileIsANewOneWithItsOwnModeAndOwner() throws IOException {
        bench.file("a", "1").file("b", "2");
        mode("b", "rw-------");

        StoredImage image = bench.build("FROM scratch", "COPY --chown=9 --chmod=777 a /f", "COPY b /f");

        assertThat(Workbench.top(image)).containsExactly("600 0:0 f");
        assertThat(bench.content(image, "f")).isEqualTo("2");
    }

    @Test
    void linksInTheDestinationPathAreFollowedRelativeAbsoluteDanglingAndClamped() throws IOException {
        bench.file("f", "x").file("tree/real/old", "");
        Files.createSymbolicLink(bench.path("tree/relative"), Path.of("real"));
        Files.createSymbolicLink(bench.path("tree/absolute"), Path.of("/real"));
        Files.createSymbolicLink(bench.path("tree/dangling"), Path.of("made/later"));
        Files.createSymbolicLink(bench.path("tree/escape"), Path.of("../../../real"));

        StoredImage image = bench.build(
                "FROM scratch",
                "COPY tree /",
                "COPY f /relative/1",
                "COPY f /absolute/2",
                "COPY f /dangling/3",
                "COPY f /escape/4");

        for (String path : List.of("real/1", "real/2", "made/later/3", "real/4")) {
            assertThat(Workbench.find(image, path)).as(path).isPresent();
        }
        assertThat(Workbench.get(image, "dangling").metadata().isSymlink()).isTrue();
    }

    @Test
    void linksInACircleInTheDestinationAreAnError() throws IOException {
        bench.file("f", "");
        Files.createDirectory(bench.path("tree"));
        Files.createSymbolicLink(bench.path("tree/a"), Path.of("b"));
        Files.createSymbolicLink(bench.path("tree/b"), Path.of("a"));

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY tree /", "COPY f /a/f"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("too many links");
    }

    @Test
    void variablesArePutIntoSourcesDestinationAndOwner() throws IOException {
        bench.file("dir/f", "");

        StoredImage image =
                bench.build("FROM scratch", "ENV s=dir d=/to u=3", "ARG g=4", "COPY --chown=$u:${g} ${s}/f $d/${s}/");

        assertThat(owner(image, "to/dir/f")).isEqualTo("3:4");
    }

    @Test
    void anOwnerAndAModeThatComeToNothingAreAsIfTheyWereNotThere() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build(
                "FROM scratch AS s",
                "COPY --chown=3:4 --chmod=640 f /f",
                "FROM scratch",
                "ARG none",
                "COPY --from=s --chown=$none --chmod=${none} f /f");

        assertThat(Workbench.top(image)).containsExactly("640 3:4 f");
        assertThat(Workbench.history(image)).endsWith("+ COPY f /f # buildkit");
    }

    // ---- sources

    @Test
    void classesAndEscapesOfPatternsAreGos() throws IOException {
        for (String name : List.of("a1", "b1", "x1", "ab1", "arr[0].txt", "arr0.txt")) {
            bench.file("s/" + name, "");
        }

        assertThat(paths(bench.build("FROM scratch", "COPY s/[a-c]1 /d/"))).containsExactly("d", "d/a1", "d/b1");
        assertThat(paths(bench.build("FROM scratch", "COPY s/[^x]1 /d/"))).containsExactly("d", "d/a1", "d/b1");
        assertThat(paths(bench.build("FROM scratch", "COPY s/?1 /d/"))).containsExactly("d", "d/a1", "d/b1", "d/x1");
        assertThat(paths(bench.build("FROM scratch", "COPY s/arr[[]0].txt /d/")))
                .containsExactly("d", "d/arr[0].txt");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY s/[a-c /d/"))
                .isInstanceOf(DockerfileException.class);
    }

    @Test
    void aPatternWithoutMatchDoesNothingAndIsALayerAllTheSame() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY *.none /d/");

        assertThat(image.layers()).hasSize(1);
        assertThat(Workbench.top(image)).isEmpty();
        assertThat(Workbench.history(image)).containsExactly("+ COPY *.none /d/ # buildkit");
    }

    @Test
    void whatAPatternHitsIsFollowed() throws IOException {
        bench.file("real/f", "x");
        Files.createSymbolicLink(bench.path("link1"), Path.of("real"));
        Files.createSymbolicLink(bench.path("link2"), Path.of("real/f"));

        assertThat(paths(bench.build("FROM scratch", "COPY link* /d/"))).containsExactly("d", "d/f", "d/link2");
    }

    @Test
    void aNamedLinkThatHangsInTheAirIsNotFound() throws IOException {
        Files.createSymbolicLink(bench.path("dang"), Path.of("nowhere"));

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY dang /d/"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/dang\"")
                .hasMessageContaining("not there");
    }

    @Test
    void copyFromAStageIsFromItsRootWhateverItsWorkingDirectory() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build(
                "FROM scratch AS one", "COPY f /f", "WORKDIR /w", "FROM scratch", "WORKDIR /v", "COPY --from=one f .");

        assertThat(Workbench.find(image, "v/f")).isPresent();
    }

    @Test
    void emptyDirectoriesAreCopied() throws IOException {
        Files.createDirectories(bench.path("s/empty"));

        assertThat(paths(bench.build("FROM scratch", "COPY s /d"))).containsExactly("d", "d/empty");
    }

    // ---- what is kept

    @Test
    void modesWithSpecialBitsAndTimesToTheNanosecondAreKept() throws IOException {
        Instant time = Instant.parse("2001-02-03T04:05:06.123456789Z");
        bench.file("s/tool", "").file("s/dir/f", "");
        Files.setAttribute(bench.path("s/tool"), "unix:mode", 0104755);
        Files.setAttribute(bench.path("s/dir"), "unix:mode", 0043777);
        Files.setLastModifiedTime(bench.path("s/tool"), FileTime.from(time));
        Files.setLastModifiedTime(bench.path("s/dir"), FileTime.from(time));

        StoredImage image = bench.build("FROM scratch", "COPY --chown=7:8 s /d");

        for (String path : List.of("d/tool", "d/dir")) {
            FileMetadata metadata = Workbench.get(image, path).metadata();
            assertThat(metadata.mtimeSeconds()).isEqualTo(time.getEpochSecond());
            assertThat(metadata.mtimeNanos()).isEqualTo(123456789);
        }
        assertThat(Workbench.get(image, "d/tool").metadata().permissions()).isEqualTo(04755);
        assertThat(Workbench.get(image, "d/dir").metadata().permissions()).isEqualTo(03777);
    }

    @Test
    void hardLinksAcrossDirectoriesOfOneCopyStayOneFileAndOfTwoDoNot() throws IOException {
        bench.file("s/a/f", "x");
        Files.createDirectory(bench.path("s/b"));
        Files.createLink(bench.path("s/b/g"), bench.path("s/a/f"));

        StoredImage one = bench.build("FROM scratch", "COPY s /d");
        assertThat(Workbench.get(one, "d/b/g").hardLinkTo())
                .map(Object::toString)
                .contains("d/a/f");

        StoredImage two = bench.build("FROM scratch", "COPY s/a/f s/b/g /d/");
        assertThat(Workbench.get(two, "d/g").hardLinkTo()).isEmpty();
    }

    @Test
    void hardLinksOfAStageStayOneFile() throws IOException {
        bench.file("s/a", "x");
        Files.createLink(bench.path("s/b"), bench.path("s/a"));

        StoredImage image = bench.build("FROM scratch AS one", "COPY s /s", "FROM scratch", "COPY --from=one /s /d");

        assertThat(Workbench.get(image, "d/b").hardLinkTo())
                .map(Object::toString)
                .contains("d/a");
    }

    @Test
    void namesThatAreNoTextAreKeptByteForByte() throws IOException {
        byte[] tar = new Tars().file("caf\u00e9", "x").bytes(); // one byte each, so no UTF-8
        Files.write(bench.path("t.tar"), tar);

        StoredImage image =
                bench.build("FROM scratch AS one", "ADD t.tar /s/", "FROM scratch", "COPY --from=one /s /d");

        LayerEntry only = image.layers().get(0).index().entries().stream()
                .filter(entry -> entry.metadata().isRegular())
                .findFirst()
                .orElseThrow();
        assertThat(only.path().bytes()).containsExactly('d', '/', 'c', 'a', 'f', 0xe9);
    }

    @Test
    void userHasNoSayInWhoHasWhatIsCopied() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build("FROM scratch", "USER 1000:1000", "COPY f /made/f");

        assertThat(Workbench.top(image))
                .extracting(line -> line.split(" ", -1)[1])
                .containsOnly("0:0");
    }

    @Test
    void aCopyOfTheSameIsALayerAllTheSame() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build("FROM scratch", "COPY f /f", "COPY f /f");

        assertThat(image.layers()).hasSize(2);
        assertThat(Workbench.history(image)).hasSize(2).allMatch(line -> line.startsWith("+ "));
    }

    // ---- owners

    @Test
    void aGroupAloneIsRootsUser() throws IOException {
        bench.file("etc/group", "staff:x:50:\n").file("f", "");

        StoredImage image = bench.build(
                "FROM scratch",
                "COPY etc /etc",
                "COPY --chown=:10 f /a",
                "COPY --chown=:staff f /b",
                "COPY --chown=1: f /c");

        assertThat(owner(image, "a")).isEqualTo("0:10");
        assertThat(owner(image, "b")).isEqualTo("0:50");
        assertThat(owner(image, "c")).isEqualTo("1:0");
    }

    @Test
    void rootIsRootWhereNoFileSaysSo() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build(
                "FROM scratch", "COPY --chown=root f /a", "COPY --chown=5:root f /b", "COPY --chown=root:6 f /c");

        assertThat(owner(image, "a")).isEqualTo("0:0");
        assertThat(owner(image, "b")).isEqualTo("5:0");
        assertThat(owner(image, "c")).isEqualTo("0:6");
    }

    @Test
    void anOwnerThatTheStageDoesNotKnowIsAnErrorThatSaysWhereItWasLookedFor() throws IOException {
        bench.file("etc/passwd", "web:x:33:44::/:/bin/sh\n").file("f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY etc /etc", "COPY --chown=wbe f /"))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessageContaining("--chown=wbe: no user \"wbe\"");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY etc /etc", "COPY --chown=web:nope f /"))
                .hasMessageContaining("no group \"nope\"");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --chown=4294967295 f /"))
                .isInstanceOf(DockerfileException.class);
    }

    // ---- WORKDIR

    @Test
    void aWorkdirThatExistsIsLeftAloneAndIsALayer() throws IOException {
        bench.file("s/f", "");

        StoredImage image = bench.build("FROM scratch", "COPY --chown=5 --chmod=711 s /w", "WORKDIR /w");

        assertThat(image.layers()).hasSize(2);
        assertThat(Workbench.top(image)).isEmpty();
        assertThat(Workbench.get(image, "w").metadata().permissions()).isEqualTo(0711);
        assertThat(Workbench.history(image)).last().isEqualTo("+ WORKDIR /w");
    }

    @Test
    void theRootAsWorkdirIsNoLayer() throws IOException {
        StoredImage image = bench.build("FROM scratch", "WORKDIR /");

        assertThat(image.layers()).isEmpty();
        assertThat(Workbench.history(image)).containsExactly("WORKDIR /");
    }

    @Test
    void missingParentsOfAWorkdirAreTheUsersToo() throws IOException {
        bench.file("etc/passwd", "web:x:33:44::/:/bin/sh\n");

        StoredImage image = bench.build("FROM scratch", "COPY etc /etc", "USER web", "WORKDIR /a/b/../c/");

        assertThat(Workbench.top(image)).containsExactly("755 33:44 a", "755 33:44 a/c");
        assertThat(Workbench.history(image)).last().isEqualTo("+ WORKDIR /a/b/../c/");
    }

    @Test
    void aWorkdirGoesThroughLinksAndNotOntoAFile() throws IOException {
        bench.file("tree/file", "");
        Files.createSymbolicLink(bench.path("tree/way"), Path.of("/real"));

        StoredImage image = bench.build("FROM scratch", "COPY tree /", "WORKDIR /way/w");
        assertThat(Workbench.get(image, "real/w").isDirectory()).isTrue();
        assertThat(image.config().containerConfig().workingDir()).contains("/way/w");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY tree /", "WORKDIR /file"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("mkdir /file: not a directory");
    }
}
