package dev.skiff.build.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildContextException;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.layer.Tars;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarContextTest implements ContextSource.Workplace {
    @TempDir
    private Path directory;

    private final AtomicInteger files = new AtomicInteger();
    private OptionalLong mostBytes = OptionalLong.empty();

    @Override
    public Path newFile() {
        return directory.resolve("spool" + files.incrementAndGet());
    }

    @Override
    public Path memory() {
        return directory.resolve("memory");
    }

    @Override
    public OptionalLong mostBytes() {
        return mostBytes;
    }

    private RawContext open(byte[] tar) throws IOException {
        return new TarSource("x.tar", () -> new ByteArrayInputStream(tar)).open(this);
    }

    private List<String> describe(Tars tar) throws IOException {
        return describe(tar.bytes());
    }

    private List<String> describe(byte[] tar) throws IOException {
        List<String> files = new ArrayList<>();
        try (RawContext context = open(tar)) {
            describe(context, RawPath.ROOT, files);
        }
        return files;
    }

    private static void describe(RawContext context, RawPath directory, List<String> files) throws IOException {
        for (SourceFile file : context.children(directory)) {
            assertThat(context.find(file.path())).contains(file);
            String content = file.metadata().isRegular()
                    ? " " + content(context, file)
                    : file.linkTarget()
                            .map(to -> " -> " + new String(to, StandardCharsets.UTF_8))
                            .orElse("");
            files.add(String.format("%o %s%s", file.metadata().mode(), file.path(), content));
            describe(context, file.path(), files);
        }
    }

    private static String content(RawContext context, SourceFile file) throws IOException {
        try (InputStream in = context.open(file)) {
            byte[] content = in.readAllBytes();
            assertThat(context.digest(file)).isEqualTo(Digest.sha256(content));
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    private static Tars example() {
        return new Tars()
                .directory("dir/", 0700)
                .file("./dir/a", "content of a")
                .file("deep/er/b", "")
                .file("deep/er/c", "")
                .symlink("link", "../../etc/passwd")
                .hardLink("twin", "dir/a");
    }

    private static final List<String> EXAMPLE = List.of(
            "40755 deep",
            "40755 deep/er",
            "100644 deep/er/b ",
            "100644 deep/er/c ",
            "40700 dir",
            "100644 dir/a content of a",
            "120644 link -> ../../etc/passwd",
            "100644 twin content of a");

    @Test
    void everyKindOfFileIsThereAsTheArchiveHasIt() throws IOException {
        assertThat(describe(example())).containsExactlyElementsOf(EXAMPLE);
    }

    @Test
    void nothingIsLeftOfTheSpool() throws IOException {
        try (RawContext open = open(example().bytes())) {
            assertThat(open.label()).isEqualTo("x.tar");
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left).isEmpty();
            }
        }
    }

    private interface Packing {
        OutputStream of(OutputStream out) throws IOException;
    }

    private static byte[] packed(Packing packing, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = packing.of(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void itMayBePackedInAnyWay() throws IOException {
        byte[] tar = example().bytes();
        for (Packing packing : List.<Packing>of(
                GZIPOutputStream::new,
                BZip2CompressorOutputStream::new,
                XZCompressorOutputStream::new,
                io.airlift.compress.zstd.ZstdOutputStream::new)) {
            assertThat(describe(packed(packing, tar))).containsExactlyElementsOf(EXAMPLE);
        }
    }

    @Test
    void namesOfOneFileStayOneFileAndEmptyFilesAreNotTheSame() throws IOException {
        try (RawContext context = open(example().bytes())) {
            assertThat(inode(context, "twin")).isEqualTo(inode(context, "dir/a"));
            assertThat(inode(context, "deep/er/b")).isNotEqualTo(inode(context, "deep/er/c"));
        }
    }

    private static Object inode(RawContext context, String path) {
        return context.find(RawPath.of(path)).orElseThrow().inode().orElseThrow();
    }

    @Test
    void ownersAreDropped() throws IOException {
        String root = "0:0";
        try (RawContext context = open(
                new Tars().pax("uid", "1234", "gid", "77").file("f", "content").bytes())) {
            SourceFile file = context.find(RawPath.of("f")).orElseThrow();
            assertThat(file.metadata().uid() + ":" + file.metadata().gid()).isEqualTo(root);
        }
    }

    @Test
    void aNameThatClimbsOutIsHeldAtTheRoot() throws IOException {
        assertThat(describe(new Tars().file("../../etc/passwd", "x").file("/abs", "y")))
                .containsExactly("100644 abs y", "40755 etc", "100644 etc/passwd x");
    }

    @Test
    void anEntryBelowALinkIsRefused() {
        assertThatThrownBy(() -> describe(new Tars().symlink("out", "/etc").file("out/passwd", "x")))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("/out/passwd of the build context x.tar lies below /out, which is no directory");
    }

    @Test
    void aHardLinkToNothingOrOutsideIsRefused() {
        assertThatThrownBy(() -> describe(new Tars().hardLink("f", "../../etc/passwd")))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("is another name of /etc/passwd, which is no file before it");
        assertThatThrownBy(() -> describe(new Tars().symlink("l", "/etc/passwd").hardLink("f", "l")))
                .hasMessageContaining("which is no file before it");
    }

    @Test
    void aLaterEntryReplacesAnEarlierOneAndAllThatWasBelow() throws IOException {
        assertThat(describe(new Tars().file("a/b/c", "1").file("a/b", "2").file("a/b", "3")))
                .containsExactly("40755 a", "100644 a/b 3");
        assertThat(describe(new Tars().file("a", "1").directory("a").file("a/b", "2")))
                .containsExactly("40755 a", "100644 a/b 2");
    }

    @Test
    void whiteoutNamesAreOrdinaryNamesInAContext() throws IOException {
        assertThat(describe(new Tars().file("a", "1").file(".wh.a", "2")))
                .containsExactly("100644 .wh.a 2", "100644 a 1");
    }

    @Test
    void anArchiveThatIsCutShortIsAnError() {
        byte[] tar = example().unclosed();
        assertThatThrownBy(() -> describe(Arrays.copyOf(tar, tar.length - 700)))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("the build context x.tar is no tar that can be used");
    }

    @Test
    void aDamagedChecksumAtTheVeryEndIsAnError() throws IOException {
        byte[] gzip = packed(GZIPOutputStream::new, example().bytes());
        gzip[gzip.length - 6] ^= 1;

        assertThatThrownBy(() -> describe(gzip)).isInstanceOf(BuildContextException.class);
    }

    @Test
    void somethingElseThanATarIsAnError() {
        assertThatThrownBy(() -> describe("FROM scratch\n".repeat(100).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("no tar");
    }

    @Test
    void anArchiveLargerThanTheBuildMayTakeIsRefusedBeforeItIsRead() {
        mostBytes = OptionalLong.of(20);

        assertThatThrownBy(() -> describe(new Tars().file("a", "0123456789").file("b", "0123456789a")))
                .hasMessageContaining("is larger than the 20 bytes")
                .hasMessageContaining("/b of 11 bytes");
    }

    @Test
    void aStreamThatCannotBeOpenedIsAnErrorWithItsCause() {
        TarSource source = new TarSource("from a stream", () -> {
            throw new IllegalStateException("no more");
        });

        assertThatThrownBy(() -> source.open(this))
                .isInstanceOf(BuildContextException.class)
                .hasRootCauseMessage("no more");
    }

    @Test
    void aTreeOfTenThousandLevelsIsRefusedByName() {
        assertThatThrownBy(() -> describe(
                        new Tars().pax("path", "d/".repeat(10_000) + "f").file("short", "x")))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("longer than Linux takes");
    }
}
