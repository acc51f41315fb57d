package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    @Test
    void readsNameModeAndContent() throws IOException {
        TarReader reader = Tars.reader(new Tars().file("etc/hostname", "box\n").bytes());

        TarEntry entry = reader.next().orElseThrow();
        assertThat(entry.path()).isEqualTo(RawPath.of("etc/hostname"));
        assertThat(entry.metadata().mode()).isEqualTo(FileMetadata.S_IFREG | 0644);
        assertThat(new String(reader.content().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("box\n");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void contentThatNobodyReadsIsSkipped() throws IOException {
        TarReader reader =
                Tars.reader(new Tars().file("a", "x".repeat(1000)).file("b", "").bytes());

        reader.next();
        assertThat(reader.next().orElseThrow().path()).isEqualTo(RawPath.of("b"));
    }

    @Test
    void anArchiveMayEndWithoutZerosAndWithoutTheLastPadding() throws IOException {
        byte[] tar = new Tars().file("a", "abc").unclosed();
        TarReader reader = Tars.reader(Arrays.copyOf(tar, 512 + 3));

        assertThat(reader.next()).isPresent();
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void anArchiveThatEndsWithinAFileIsAnError() throws IOException {
        TarReader reader = Tars.reader(Arrays.copyOf(new Tars().file("a", "abc").unclosed(), 512 + 2));

        reader.next();
        assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
    }

    @Test
    void namesAreBytesAndNotText() throws IOException {
        TarEntry entry = Tars.only(new Tars().file("caf\u00e9-\u00ff", "").bytes());

        assertThat(entry.path()).isEqualTo(RawPath.ofBytes("caf\u00e9-\u00ff".getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void paxOverridesTheHeader() throws IOException {
        TarEntry entry = Tars.only(new Tars()
                .pax("path", "long/name", "uid", "3000000", "mtime", "-1.25", "SCHILY.xattr.user.a", "b=c\n")
                .file("short", "")
                .bytes());

        assertThat(entry.path()).isEqualTo(RawPath.of("long/name"));
        assertThat(entry.metadata().uid()).isEqualTo(3_000_000);
        assertThat(entry.metadata().mtimeSeconds()).isEqualTo(-2);
        assertThat(entry.metadata().mtimeNanos()).isEqualTo(750_000_000);
        assertThat(entry.metadata().xattrs().get("user.a")).isEqualTo("b=c\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEmptyPaxValueTakesTheRecordBack() throws IOException {
        assertThat(Tars.only(new Tars().pax("path", "").file("name", "").bytes())
                        .path())
                .isEqualTo(RawPath.of("name"));
    }

    @Test
    void aPaxHeaderCountsForOneEntryOnly() throws IOException {
        TarReader reader = Tars.reader(
                new Tars().pax("path", "first").file("a", "").file("b", "").bytes());

        reader.next();
        assertThat(reader.next().orElseThrow().path()).isEqualTo(RawPath.of("b"));
    }

    @Test
    void aGlobalHeaderIsPassedOver() throws IOException {
        byte[] tar = new Tars()
                .extension('g', "comment", "commit 1234")
                .file("a", "")
                .bytes();

        assertThat(Tars.only(tar).path()).isEqualTo(RawPath.of("a"));
    }

    @Test
    void gnuLongNamesAreRead() throws IOException {
        String name = "d/".repeat(80) + "f";
        String target = "t".repeat(300);
        byte[] tar = new Tars()
                .entry("././@LongLink", 'L', "", name + "\0", header -> {})
                .entry("././@LongLink", 'K', "", target + "\0", header -> {})
                .symlink("cut", "off")
                .bytes();

        TarEntry entry = Tars.only(tar);
        assertThat(entry.path()).isEqualTo(RawPath.of(name));
        assertThat(entry.linkName()).hasValue(target.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void gnuNumbersInBase256AreRead() throws IOException {
        byte[] tar = new Tars()
                .entry("a", '0', "", "", header -> {
                    header.put(TarBlock.UID, new byte[] {(byte) 0x80, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 1});
                    header.put(TarBlock.MTIME, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -2});
                })
                .bytes();

        TarEntry entry = Tars.only(tar);
        assertThat(Integer.toUnsignedLong(entry.metadata().uid())).isEqualTo(0xffff0001L);
        assertThat(entry.metadata().mtimeSeconds()).isEqualTo(-2);
    }

    @Test
    void theGnuMagicMeansThatThePrefixIsNoPrefix() throws IOException {
        byte[] tar = new Tars()
                .entry("name", '0', "", "", header -> {
                    header.put(TarBlock.MAGIC, "ustar  \0".getBytes(StandardCharsets.US_ASCII));
                    header.put(TarBlock.PREFIX, "14551".getBytes(StandardCharsets.US_ASCII));
                })
                .bytes();

        assertThat(Tars.only(tar).path()).isEqualTo(RawPath.of("name"));
    }

    @Test
    void aSlashAtTheEndMadeADirectoryOnce() throws IOException {
        byte[] tar = new Tars().entry("old/", '\0', "", "", header -> {}).bytes();

        assertThat(Tars.only(tar).type()).isEqualTo(TarType.DIRECTORY);
    }

    @Test
    void libarchiveAttributesAreRead() throws IOException {
        byte[] tar = new Tars()
                .pax("LIBARCHIVE.xattr.user.a%3Db", "aGk=")
                .file("a", "")
                .bytes();

        assertThat(Tars.only(tar).metadata().xattrs().get("user.a=b")).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsNoTarSaysSo() {
        byte[] zip = Arrays.copyOf(new byte[] {'P', 'K', 3, 4}, 2048);

        assertThatThrownBy(() -> Tars.reader(zip).next())
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("no tar archive");
    }

    @Property(tries = 300)
    void anyBytesEndInEntriesOrAnException(@ForAll @Size(max = 2000) byte[] bytes) {
        drain(bytes);
    }

    @Property(tries = 300)
    void anyDamageEndsInEntriesOrAnException(@ForAll byte with, @ForAll int where) {
        byte[] tar = new Tars()
                .pax("path", "a/b", "mtime", "12.5", "SCHILY.xattr.user.a", "b")
                .file("short", "content")
                .entry("././@LongLink", 'L', "", "long\0", header -> {})
                .symlink("link", "target")
                .bytes();
        tar[Math.floorMod(where, tar.length)] = with;
        drain(tar);
    }

    @Property(tries = 300)
    void anyPaxBodyEndsInRecordsOrAnException(@ForAll @Size(max = 60) byte[] body) {
        try {
            PaxRecords.parse(body);
        } catch (ArchiveException expected) {
            assertThat(expected).hasMessageContaining("PAX");
        }
    }

    private static void drain(byte[] tar) {
        try {
            TarReader reader = Tars.reader(tar);
            while (reader.next().isPresent()) {
                reader.content().readAllBytes();
            }
        } catch (ArchiveException | EOFException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        } catch (IOException e) {
            throw new AssertionError("no other kind", e);
        }
    }
}
