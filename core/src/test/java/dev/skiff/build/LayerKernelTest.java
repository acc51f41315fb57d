package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.Tars;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layer has exactly what changed, as the kernel's overlay gathers it and as it shows it to the next step. */
@KernelTest(programs = "/bin/busybox")
class LayerKernelTest {
    @TempDir
    private Path directory;

    private BusyboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new BusyboxBench(directory, Runnable::run);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static List<String> top(StoredImage image) {
        return BusyboxBench.top(image).index().entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .map(entry -> (entry.isWhiteout() ? "- " : "") + entry.path() + (entry.opaque() ? " opaque" : ""))
                .toList();
    }

    private static LayerEntry entry(StoredImage image, String path) {
        return BusyboxBench.top(image).index().find(RawPath.of(path)).orElseThrow();
    }

    @Test
    void hardLinksAcrossDirectoriesStayOneFile() throws IOException {
        StoredImage image = bench.build("FROM busybox", "RUN mkdir /a /b && echo x > /a/f && busybox ln /a/f /b/g");

        assertThat(entry(image, "b/g").hardLinkTo()).map(Object::toString).contains("a/f");
        assertThat(entry(image, "a/f").hardLinkTo()).isEmpty();
    }

    @Test
    void aDirectoryReplacedByAFileAndBackHidesWhatWasInIt() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "RUN mkdir /d && echo 1 > /d/old",
                "RUN rm -r /d && echo file > /d",
                "RUN rm /d && mkdir /d && echo 2 > /d/new",
                "RUN ls /d");

        assertThat(bench.output()).containsExactly("new");
        assertThat(image.files().find(RawPath.of("d/old"))).isEmpty();
    }

    @Test
    void aDirectoryRemovedAndMadeAgainInOneStepIsOpaqueOrDeletesEachChild() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "RUN mkdir /d && echo 1 > /d/old && echo 1 > /d/kept",
                "RUN rm -r /d && mkdir /d && echo 2 > /d/kept",
                "RUN ls /d");

        assertThat(bench.output()).containsExactly("kept");
        assertThat(image.files().find(RawPath.of("d/old"))).isEmpty();
        assertThat(image.files().find(RawPath.of("d/kept"))).isPresent();
    }

    @Test
    void aChangeOfMetadataAlonePutsTheWholeFileIntoTheLayer() throws IOException {
        StoredImage image = bench.build("FROM busybox", "RUN echo content > /f && echo > /other", "RUN chmod 640 /f");

        assertThat(top(image)).containsExactly("f");
        assertThat(entry(image, "f").metadata().permissions()).isEqualTo(0640);
        assertThat(bench.content(BusyboxBench.top(image), "f")).isEqualTo("content\n");
    }

    @Test
    void aRemovedDirectoryIsOneWhiteoutAndARenamedFileAnotherAndANewName() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "RUN mkdir -p /d/sub && echo > /d/sub/f && echo > /old",
                "RUN rm -r /d && busybox mv /old /new");

        assertThat(top(image)).containsExactly("- d", "new", "- old");
    }

    @Test
    void fifosAreKept() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox AS one",
                "RUN busybox mkfifo /p",
                "FROM busybox",
                "COPY --from=one /p /copied",
                "RUN ls -l /copied");

        assertThat(bench.output()).singleElement().asString().startsWith("p");
        assertThat(image.layers()).isNotEmpty();
    }

    @Test
    void sparseAndLargeFilesComeThroughWhole() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox AS big",
                "RUN busybox truncate -s 70000000 /sparse && echo end >> /sparse",
                "FROM busybox",
                "COPY --from=big /sparse /copied",
                "RUN busybox tail -c 4 /copied");

        assertThat(bench.output()).containsExactly("end");
        assertThat(image.files()
                        .find(RawPath.of("copied"))
                        .orElseThrow()
                        .entry()
                        .metadata()
                        .size())
                .isEqualTo(70_000_004);
    }

    @Test
    void namesThatAreNoTextAreKept() throws IOException {
        StoredImage image = bench.build("FROM busybox", "RUN touch \"$(busybox printf '/caf\\351')\"");

        assertThat(BusyboxBench.top(image).index().entries())
                .extracting(entry -> entry.path().bytes())
                .contains(new byte[] {'c', 'a', 'f', (byte) 0xe9});
    }

    @Test
    void timesToTheNanosecondSurviveACopyBetweenStages() throws IOException {
        bench.file("f", "x");
        Files.setLastModifiedTime(
                directory.resolve("context/f"), FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));

        StoredImage image = bench.build(
                "FROM scratch AS one",
                "COPY f /f",
                "FROM busybox",
                "COPY --from=one /f /g",
                "RUN busybox stat -c %y /g");

        assertThat(bench.output()).singleElement().asString().startsWith("2001-02-03 04:05:06.123456789");
        assertThat(entryOf(image, "g").metadata().mtimeNanos()).isEqualTo(123456789);
    }

    private static LayerEntry entryOf(StoredImage image, String path) {
        return image.files().find(RawPath.of(path)).orElseThrow().entry();
    }

    @Test
    void fileCapabilitiesAndAttributesAreOnTheDiskAndInTheNextLayer() throws IOException {
        String capability =
                "\u0001\u0000\u0000\u0002\u0000\u0004\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000";
        Files.write(
                directory.resolve("context/t.tar"),
                new Tars()
                        .pax("SCHILY.xattr.security.capability", capability, "SCHILY.xattr.user.note", "x")
                        .file("tool", "")
                        .bytes());

        StoredImage image = bench.build(
                "FROM busybox AS one",
                "ADD t.tar /",
                "RUN chmod 755 /tool",
                "FROM busybox",
                "COPY --from=one /tool /copied");

        assertThat(entry(image, "copied").metadata().xattrs()).containsKeys("security.capability", "user.note");
    }

    @Test
    void aLinkedCopyShowsAsTheIndexSays() throws IOException {
        bench.file("f", "x");
        StoredImage image = bench.build(
                "FROM busybox",
                "RUN mkdir /real && busybox ln -s real /way && echo 1 > /real/old",
                "COPY --link f /way/f",
                "RUN ls -d /way/f /real/old && busybox test ! -L /way && busybox test ! -e /real/f");

        assertThat(bench.output()).containsExactly("/real/old", "/way/f");
        assertThat(image.files().find(RawPath.of("way/old"))).isEmpty();
    }

    @Test
    void devicesOfAnArchiveThatCannotBeMadeHereAreLeftOut() throws IOException {
        Files.write(
                directory.resolve("context/rootfs.tar"),
                new Tars()
                        .directory("dev")
                        .device("dev/null", 1, 3)
                        .file("f", "x")
                        .bytes());

        StoredImage image =
                bench.build("FROM scratch", "ADD rootfs.tar /", "COPY --from=busybox /bin /bin", "RUN ls /f");

        assertThat(image.files().find(RawPath.of("dev/null"))).isPresent();
    }
}
