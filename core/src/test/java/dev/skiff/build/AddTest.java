package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.layer.TarEntry;
import dev.skiff.layer.TarType;
import dev.skiff.layer.TarWriter;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.store.StoredImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of local files: what is an archive is unpacked, everything else is copied. */
class AddTest {
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

    static byte[] tar(String name, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        FileMetadata metadata = FileMetadata.regular(0640, body.length).withOwner(5, 6);
        tar.add(
                new TarEntry(RawPath.of(name), TarType.FILE, metadata, Optional.empty()),
                new ByteArrayInputStream(body));
        tar.finish();
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    @Test
    void anArchiveIsKnownByItsContentAndUnpackedWithItsOwners() throws IOException {
        Files.write(bench.path("no-hint"), gzip(tar("a/f", "x")));

        StoredImage image = bench.build("FROM scratch", "ADD no-hint /d");

        assertThat(Workbench.top(image)).containsExactly("755 0:0 d", "755 0:0 d/a", "640 5:6 d/a/f");
        assertThat(bench.content(image, "d/a/f")).isEqualTo("x");
    }

    @Test
    void whatIsPackedButNoArchiveIsCopied() throws IOException {
        byte[] packed = gzip("plain".getBytes(StandardCharsets.UTF_8));
        Files.write(bench.path("x.tar.gz"), packed);
        bench.file("empty.tar", "");

        StoredImage image = bench.build("FROM scratch", "ADD x.tar.gz empty.tar /d/");

        assertThat(Workbench.get(image, "d/x.tar.gz").metadata().size()).isEqualTo(packed.length);
        assertThat(Workbench.find(image, "d/empty.tar")).isPresent();
    }

    @Test
    void copyAndAnUnpackOfFalseLeaveAnArchiveAsItIs() throws IOException {
        Files.write(bench.path("t.tar"), tar("f", "x"));

        StoredImage image = bench.build("FROM scratch", "COPY t.tar /a", "ADD --unpack=false t.tar /b");

        assertThat(Workbench.get(image, "a").metadata().isRegular()).isTrue();
        assertThat(Workbench.get(image, "b").metadata().isRegular()).isTrue();
    }

    @Test
    void archivesBelowADirectoryAreNotUnpacked() throws IOException {
        bench.file("d/x", "");
        Files.write(bench.path("d/t.tar"), tar("f", "x"));

        StoredImage image = bench.build("FROM scratch", "ADD d /d");

        assertThat(Workbench.get(image, "d/t.tar").metadata().isRegular()).isTrue();
    }

    @Test
    void namesInAnArchiveStayBelowTheDestination() throws IOException {
        byte[] hostile = tar("xx/xx/f", "x");
        byte[] climbing = "../../f".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(climbing, 0, hostile, 0, climbing.length);
        Files.write(bench.path("t.tar"), withSum(hostile));

        StoredImage image = bench.build("FROM scratch", "ADD t.tar /a/b/");

        assertThat(Workbench.find(image, "a/b/f")).isPresent();
        assertThat(Workbench.find(image, "f")).isEmpty();
    }

    private static byte[] withSum(byte[] tar) {
        Arrays.fill(tar, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xff;
        }
        byte[] text = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, tar, 148, 6);
        tar[154] = 0;
        return tar;
    }

    @Test
    void chownIsForMembersTooAndAMemberReplacesWhatIsThere() throws IOException {
        Files.write(bench.path("t.tar"), tar("f", "new"));
        bench.file("old/f/below", "");

        StoredImage image = bench.build("FROM scratch", "COPY old /d", "ADD --chown=9 t.tar /d");

        assertThat(Workbench.get(image, "d/f").metadata().uid()).isEqualTo(9);
        assertThat(bench.content(image, "d/f")).isEqualTo("new");
        assertThat(Workbench.find(image, "d/f/below")).isEmpty();
    }
}
