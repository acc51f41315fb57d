package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TarWriterTest {
    private static final FileMetadata FILE =
            FileMetadata.regular(0640, 3).withOwner(7, 8).withMtime(1_700_000_000, 0);

    @Test
    void theSameEntriesAreTheSameBytesForEver() throws IOException {
        byte[] tar = Tars.write(
                Tars.entryOf(
                        "bin", TarType.DIRECTORY, FileMetadata.directory(0755).withMtime(1_700_000_000, 0)),
                Tars.entryOf(
                        "bin/tool",
                        TarType.FILE,
                        FILE.withXattrs(Map.of("user.b", new byte[] {2}, "user.a", new byte[] {1}))),
                Tars.entryOf("bin/" + "x".repeat(101), TarType.FILE, FILE.withMtime(-1, 5)),
                new TarEntry(
                        RawPath.of("link"), TarType.SYMLINK, FileMetadata.symlink(), Optional.of(new byte[] {'a'})),
                Tars.entryOf(
                        "dev",
                        TarType.CHARACTER_DEVICE,
                        FileMetadata.of(FileMetadata.S_IFCHR | 0666, 0).withDevice(1, 3)));

        // Layers that are out there are named by such bytes: a change has to be wanted.
        Golden.check("layer.tar", tar);
    }

    @Test
    void aPlainFileTakesNoExtensionHeader() {
        assertThat(Tars.write(Tars.entryOf("a", TarType.FILE, FILE))).hasSize(512 + 512 + 1024);
    }

    @Test
    void nanosecondsAreKept() throws IOException {
        assertThat(roundTrip(Tars.entryOf("a", TarType.FILE, FILE.withMtime(5, 1)))
                        .metadata()
                        .mtimeNanos())
                .isEqualTo(1);
    }

    @Test
    void timesBeforeTheEpochAreKept() throws IOException {
        FileMetadata metadata = roundTrip(Tars.entryOf("a", TarType.FILE, FILE.withMtime(-10, 250_000_000)))
                .metadata();

        assertThat(metadata.mtimeSeconds()).isEqualTo(-10);
        assertThat(metadata.mtimeNanos()).isEqualTo(250_000_000);
    }

    @Test
    void aLongPathIsPartedAtASlashWhereThatIsEnough() {
        String path = "d".repeat(90) + "/" + "f".repeat(90);

        assertThat(Tars.write(Tars.entryOf(path, TarType.DIRECTORY, FileMetadata.directory(0755))))
                .hasSize(512 + 1024);
    }

    @Test
    void pathsOfAnyLengthComeBack() throws IOException {
        for (int length = 95; length < 270; length++) {
            for (String path : new String[] {
                "x".repeat(length), "d/".repeat(length / 2) + "f", "d".repeat(100) + "/" + "f".repeat(length - 95)
            }) {
                for (TarType type : new TarType[] {TarType.FILE, TarType.DIRECTORY}) {
                    FileMetadata metadata = FileMetadata.of(type.mode() | 0700, 0);
                    assertThat(roundTrip(Tars.entryOf(path, type, metadata)).path())
                            .isEqualTo(RawPath.of(path));
                }
            }
        }
    }

    @Test
    void aLongNameThatIsNoTextSaysSo() throws IOException {
        byte[] name = "\u00ff".repeat(120).getBytes(StandardCharsets.ISO_8859_1);
        byte[] tar = Tars.write(TarEntry.of(RawPath.ofBytes(name), TarType.FILE, FILE));

        assertThat(new String(tar, StandardCharsets.ISO_8859_1)).contains("hdrcharset=BINARY");
        assertThat(Tars.only(tar).path()).isEqualTo(RawPath.ofBytes(name));
    }

    @Test
    void idsBeyondOctalDigitsComeBack() throws IOException {
        FileMetadata metadata = roundTrip(Tars.entryOf("a", TarType.FILE, FILE.withOwner(2_097_152, -2)))
                .metadata();

        assertThat(metadata.uid()).isEqualTo(2_097_152);
        assertThat(metadata.gid()).isEqualTo(-2);
    }

    @Test
    void anEntryIsTheSameBytesWhateverCameBefore() {
        for (int length : new int[] {1, 400, 490, 10_000}) {
            TarEntry bulky = Tars.entryOf(
                    "d".repeat(120),
                    TarType.FILE,
                    FILE.withXattrs(Map.of("user.a", "x".repeat(length).getBytes(StandardCharsets.US_ASCII))));
            TarEntry later = Tars.entryOf("a", TarType.FILE, FILE.withMtime(5, 1));
            byte[] alone = Tars.write(later);
            byte[] both = Tars.write(bulky, later);

            assertThat(Arrays.copyOfRange(both, both.length - alone.length, both.length))
                    .isEqualTo(alone);
        }
    }

    @Test
    void anAttributeThatPaxCannotHoldIsRefusedByName() {
        TarEntry entry = Tars.entryOf("etc/x", TarType.FILE, FILE.withXattrs(Map.of("user.a=b", new byte[0])));

        assertThatThrownBy(
                        () -> new TarWriter(OutputStream.nullOutputStream()).add(entry, InputStream.nullInputStream()))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("user.a=b")
                .hasMessageContaining("etc/x");
    }

    private static TarEntry roundTrip(TarEntry entry) throws IOException {
        return Tars.only(Tars.write(entry));
    }
}
