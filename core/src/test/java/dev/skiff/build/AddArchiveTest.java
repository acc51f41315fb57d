package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileMetadata;
import dev.skiff.store.StoredImage;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What ADD makes of the members of an archive. */
class AddArchiveTest {
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

    private Workbench archive(String name, Tars tar) throws IOException {
        Files.write(bench.path(name), tar.bytes());
        return bench;
    }

    enum Packing {
        PLAIN,
        GZIP,
        BZIP2,
        XZ,
        ZSTD;

        private OutputStream over(OutputStream out) throws IOException {
            return switch (this) {
                case PLAIN -> out;
                case GZIP -> new GZIPOutputStream(out);
                case BZIP2 -> new BZip2CompressorOutputStream(out);
                case XZ -> new XZOutputStream(out, new LZMA2Options());
                case ZSTD -> new ZstdOutputStream(out);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCompressionIsUnpackedWhateverTheNameSays(Packing packing) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing.over(packed)) {
            out.write(new Tars().file("a/f", "content").bytes());
        }
        Files.write(bench.path("not-a-hint.txt"), packed.toByteArray());

        StoredImage image = bench.build("FROM scratch", "ADD not-a-hint.txt /d");

        assertThat(bench.content(image, "d/a/f")).isEqualTo("content");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPackedAndNoArchiveIsCopiedAsItIs(Packing packing) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing.over(packed)) {
            out.write("no archive".getBytes(StandardCharsets.UTF_8));
        }
        Files.write(bench.path("x.tar.gz"), packed.toByteArray());

        StoredImage image = bench.build("FROM scratch", "ADD x.tar.gz /d/");

        assertThat(Workbench.get(image, "d/x.tar.gz").metadata().size()).isEqualTo(packed.size());
    }

    @Test
    void membersKeepOwnerModeTimeAndAttributes() throws IOException {
        archive(
                "t.tar",
                new Tars()
                        .pax(
                                "uid",
                                "1000",
                                "gid",
                                "2000",
                                "mtime",
                                "1500000000.25",
                                "SCHILY.xattr.user.note",
                                "x",
                                "SCHILY.xattr.security.capability",
                                "\u0001\u0000")
                        .file("f", "x")
                        .directory("d", 01777));

        StoredImage image = bench.build("FROM scratch", "ADD t.tar /to/");

        FileMetadata file = Workbench.get(image, "to/f").metadata();
        assertThat(file.uid()).isEqualTo(1000);
        assertThat(file.gid()).isEqualTo(2000);
        assertThat(file.mtimeSeconds()).isEqualTo(1_500_000_000);
        assertThat(file.mtimeNanos()).isEqualTo(250_000_000);
        assertThat(file.xattrs()).containsOnlyKeys("security.capability", "user.note");
        assertThat(Workbench.get(image, "to/d").metadata().permissions()).isEqualTo(01777);
    }

    @Test
    void chownIsForAllMembersAndChmodForNone() throws IOException {
        archive("t.tar", new Tars().directory("d", 0700).file("d/f", "x").symlink("l", "d"));

        StoredImage image = bench.build("FROM scratch", "ADD --chown=7:8 --chmod=777 t.tar /to/");

        assertThat(Workbench.top(image))
                .containsExactly("755 7:8 to", "700 7:8 to/d", "644 7:8 to/d/f", "644 7:8 to/l");
    }

    @Test
    void hardLinksInAnArchiveStayOneFile() throws IOException {
        archive("t.tar", new Tars().file("a/f", "x").hardLink("b/g", "a/f"));

        StoredImage image = bench.build("FROM scratch", "ADD t.tar /d/");

        assertThat(Workbench.get(image, "d/b/g").hardLinkTo())
                .map(Object::toString)
                .contains("d/a/f");
    }

    @Test
    void aDirectoryOnlyImpliedIsRootsAndOneThatExistsIsLeftAlone() throws IOException {
        archive("t.tar", new Tars().file("made/f", "x").file("kept/f", "x"));
        bench.file("s/kept/old", "");

        StoredImage image = bench.build("FROM scratch", "COPY --chown=5 --chmod=711 s /d", "ADD t.tar /d/");

        assertThat(Workbench.top(image))
                .containsExactly(
                        "711 5:5 d", "711 5:5 d/kept", "644 0:0 d/kept/f", "755 0:0 d/made", "644 0:0 d/made/f");
    }

    @Test
    void aListedDirectoryTakesTheArchivesModeAndKeepsWhatIsInIt() throws IOException {
        archive("t.tar", new Tars().directory("d", 0700));
        bench.file("s/d/old", "");

        StoredImage image = bench.build("FROM scratch", "COPY s /to", "ADD t.tar /to/");

        assertThat(Workbench.get(image, "to/d").metadata().permissions()).isEqualTo(0700);
        assertThat(Workbench.find(image, "to/d/old")).isPresent();
    }

    @Test
    void linksOfTheImageOnTheWayAreFollowedInsideIt() throws IOException {
        archive("t.tar", new Tars().file("way/f", "x"));
        bench.file("s/real/old", "");
        Files.createSymbolicLink(bench.path("s/way"), Path.of("/../to/real"));

        StoredImage image = bench.build("FROM scratch", "COPY s /to", "ADD t.tar /to/");

        assertThat(bench.content(image, "to/real/f")).isEqualTo("x");
        assertThat(Workbench.get(image, "to/way").metadata().isSymlink()).isTrue();
    }

    @Test
    void namesAndLinksInAnArchiveLeadNowhereButTheDestination() throws IOException {
        archive(
                "t.tar",
                new Tars()
                        .file("/abs", "1")
                        .file("../../up", "2")
                        .symlink("out", "/etc")
                        .file("out/passwd", "3")
                        .symlink("climb", "../../..")
                        .file("climb/g", "4"));

        StoredImage image = bench.build("FROM scratch", "ADD t.tar /a/b/");

        assertThat(bench.content(image, "a/b/abs")).isEqualTo("1");
        assertThat(bench.content(image, "a/b/up")).isEqualTo("2");
        assertThat(bench.content(image, "a/b/etc/passwd")).isEqualTo("3");
        assertThat(bench.content(image, "a/b/g")).isEqualTo("4");
        assertThat(Workbench.find(image, "etc")).isEmpty();
        assertThat(Workbench.find(image, "g")).isEmpty();
    }

    @Test
    void whiteoutMembersDelete() throws IOException {
        archive(
                "t.tar",
                new Tars().file(".wh.gone", "").file("d/.wh..wh..opq", "").file("d/new", ""));
        bench.file("s/gone/f", "").file("s/d/old", "").file("s/stays", "");

        StoredImage image = bench.build("FROM scratch", "COPY s /to", "ADD t.tar /to/");

        assertThat(Workbench.find(image, "to/gone")).isEmpty();
        assertThat(Workbench.find(image, "to/d/old")).isEmpty();
        assertThat(Workbench.find(image, "to/d/new")).isPresent();
        assertThat(Workbench.find(image, "to/stays")).isPresent();
    }

    @Test
    void theArchiveWinsAConflictBothWays() throws IOException {
        archive("t.tar", new Tars().file("x", "file").directory("z"));
        bench.file("s/x/f", "").file("s/z", "");

        StoredImage image = bench.build("FROM scratch", "COPY s /to", "ADD t.tar /to/");

        assertThat(bench.content(image, "to/x")).isEqualTo("file");
        assertThat(Workbench.find(image, "to/x/f")).isEmpty();
        assertThat(Workbench.get(image, "to/z").isDirectory()).isTrue();
    }

    @Test
    void aDirectoryThatBecameAFileAndOneAgainIsEmpty() throws IOException {
        archive("file.tar", new Tars().file("x", "file"));
        archive("dir.tar", new Tars().directory("x").file("x/new", ""));
        bench.file("s/x/old", "");

        StoredImage image = bench.build("FROM scratch", "COPY s /to", "ADD file.tar dir.tar /to/");

        assertThat(Workbench.find(image, "to/x/new")).isPresent();
        assertThat(Workbench.find(image, "to/x/old")).isEmpty();
    }

    @Test
    void severalArchivesAndWildcardsAreUnpacked() throws IOException {
        archive("a.tar", new Tars().file("a", "1"));
        archive("b.tar", new Tars().file("b", "2"));

        StoredImage image = bench.build("FROM scratch", "ADD *.tar /d/");

        assertThat(bench.content(image, "d/a")).isEqualTo("1");
        assertThat(bench.content(image, "d/b")).isEqualTo("2");
    }

    @Test
    void theDestinationIsADirectoryEvenWithoutASlash() throws IOException {
        archive("a.tar", new Tars().file("a", "1"));

        StoredImage image = bench.build("FROM scratch", "ADD a.tar /d");

        assertThat(Workbench.get(image, "d").isDirectory()).isTrue();
    }

    @Test
    void globalHeadersArePassedOver() throws IOException {
        archive("a.tar", new Tars().extension('g', "comment", "0123456789").file("a", "1"));

        assertThat(bench.content(bench.build("FROM scratch", "ADD a.tar /d"), "d/a"))
                .isEqualTo("1");
    }

    @Test
    void aDamagedArchiveIsAnErrorOfTheInstruction() throws IOException {
        byte[] whole = new Tars().file("a", "1".repeat(5000)).bytes();
        Files.write(bench.path("cut.tar"), Arrays.copyOf(whole, 2000));

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD cut.tar /d"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("ends within a file");
    }

    @Test
    void addOfAnArchiveAndACopyOfItAreNotOneStep() throws IOException {
        archive("a.tar", new Tars().file("a", "1"));
        bench.build("FROM scratch", "COPY a.tar /d/");

        bench.build("FROM scratch", "ADD a.tar /d/");

        assertThat(bench.cached()).isEqualTo(List.of());
    }
}
