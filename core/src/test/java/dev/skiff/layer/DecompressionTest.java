package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DecompressionTest {
    private static final byte[] TEXT =
            "All happy layers are alike. ".repeat(3_000).getBytes(StandardCharsets.UTF_8);
    private static final List<byte[]> SAMPLES = samples();

    /** Packs bytes some way. */
    private interface Packer {
        OutputStream over(OutputStream out) throws IOException;
    }

    @Test
    void everyKindIsToldByItsBytes() throws IOException {
        assertThat(unpack(TEXT)).isEqualTo(TEXT);
        assertThat(unpack(pack(GZIPOutputStream::new))).isEqualTo(TEXT);
        assertThat(unpack(pack(ZstdOutputStream::new))).isEqualTo(TEXT);
        assertThat(unpack(pack(BZip2CompressorOutputStream::new))).isEqualTo(TEXT);
        assertThat(unpack(pack(out -> new XZOutputStream(out, new LZMA2Options()))))
                .isEqualTo(TEXT);
        assertThat(unpack(new byte[0])).isEmpty();
    }

    @Test
    void gzipMembersFollowEachOtherEvenWhenTheyComeByteByByte() throws IOException {
        byte[] member = pack(GZIPOutputStream::new);
        byte[] two = concat(member, member);
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(two)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return super.read(buffer, offset, Math.min(length, 1));
            }

            @Override
            public int available() {
                return 0;
            }
        };

        assertThat(Decompression.unpack(slow, ArchiveLimits.DEFAULT).readAllBytes())
                .isEqualTo(concat(TEXT, TEXT));
    }

    @Test
    void gzipHeaderFieldsAreReadOver() throws IOException {
        byte[] member = pack(GZIPOutputStream::new);
        byte[] header = HexFormat.of().parseHex("1f8b081c000000000000" + "0200" + "aabb" + "6e616d6500" + "6300");

        assertThat(unpack(concat(header, Arrays.copyOfRange(member, 10, member.length))))
                .isEqualTo(TEXT);
    }

    @Test
    void aGzipNameWithoutEndIsRefused() {
        byte[] endless = Arrays.copyOf(HexFormat.of().parseHex("1f8b0808000000000000"), 200_000);
        Arrays.fill(endless, 10, endless.length, (byte) 'x');

        assertThatThrownBy(() -> unpack(endless))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("header");
    }

    @Test
    void gzipThatWasChangedIsRefused() throws IOException {
        byte[] packed = pack(GZIPOutputStream::new);
        packed[packed.length - 6] ^= 1;

        assertThatThrownBy(() -> unpack(packed))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void whatFollowsGzipIsRefused() throws IOException {
        byte[] packed = concat(pack(GZIPOutputStream::new), "tail".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> unpack(packed)).isInstanceOf(ArchiveException.class);
    }

    @Test
    void zstdFramesFollowEachOtherAndSomeAreSkipped() throws IOException {
        byte[] frame = pack(ZstdOutputStream::new);
        byte[] skippable = HexFormat.of().parseHex("502a4d18" + "03000000" + "010203");

        assertThat(unpack(concat(skippable, frame, skippable, frame, skippable)))
                .isEqualTo(concat(TEXT, TEXT));
    }

    /** One window descriptor stands for a window of that many bytes (RFC 8878, 3.1.1.1.2), and the frame has one empty block. */
    private static byte[] zstdWithWindow(int log) {
        return HexFormat.of()
                .parseHex("28b52ffd" + "00" + HexFormat.of().toHexDigits((byte) ((log - 10) << 3)) + "010000");
    }

    @Test
    void s58AZstdWindowBeyondTheLimitIsRefusedBeforeItIsAllocated() {
        assertThatThrownBy(() -> unpack(zstdWithWindow(28)))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("268435456");
        assertThatThrownBy(() -> Zstd.unpackInJava(new ByteArrayInputStream(zstdWithWindow(24)))
                        .read())
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("16777216");
    }

    @Test
    void bothZstdDecodersGiveTheSame() throws IOException {
        byte[] packed = pack(ZstdOutputStream::new);

        assertThat(Zstd.unpackNatively(new ByteArrayInputStream(packed)).readAllBytes())
                .isEqualTo(TEXT);
        assertThat(Zstd.unpackInJava(new ByteArrayInputStream(packed)).readAllBytes())
                .isEqualTo(TEXT);
        assertThat(Zstd.unpackNatively(new ByteArrayInputStream(zstdWithWindow(27)))
                        .readAllBytes())
                .isEmpty();
    }

    @Test
    void aStreamThatCannotBeUnpackedIsClosed() {
        for (String damaged : List.of("fd377a585a00" + "00".repeat(40), "425a68" + "00".repeat(40))) {
            boolean[] closed = {false};
            InputStream packed = new ByteArrayInputStream(HexFormat.of().parseHex(damaged)) {
                @Override
                public void close() {
                    closed[0] = true;
                }
            };
            assertThatThrownBy(() -> Decompression.unpack(packed, ArchiveLimits.DEFAULT))
                    .isInstanceOf(IOException.class);
            assertThat(closed[0]).isTrue();
        }
    }

    @Test
    void whatTheSourceFailsWithIsNotTakenForDamage() throws IOException {
        IllegalStateException gone = new IllegalStateException("the registry is gone");
        for (byte[] packed : List.of(TEXT, pack(GZIPOutputStream::new), pack(ZstdOutputStream::new))) {
            InputStream end = new FilterInputStream(InputStream.nullInputStream()) {
                @Override
                public int read(byte[] buffer, int offset, int length) {
                    throw gone;
                }
            };
            InputStream breaking = new SequenceInputStream(new ByteArrayInputStream(packed, 0, 20), end);
            assertThatThrownBy(() -> Decompression.unpack(breaking, ArchiveLimits.DEFAULT)
                            .readAllBytes())
                    .isSameAs(gone);
        }
    }

    /** A decoder of zstd-jni has memory of its own, 128 MiB for a window of that size, and gives it back only when it is closed. */
    @Test
    void unpackingWithinAStreamFreesTheDecoderAndLeavesTheStreamOpen() throws IOException {
        byte[] frame =
                HexFormat.of().parseHex("28b52ffd" + "00" + "88" + "290000" + "68656c6c6f"); // "hello", window 2^27
        long before = addressSpace();
        for (int i = 0; i < 12; i++) {
            boolean[] closed = {false};
            InputStream packed = new ByteArrayInputStream(frame) {
                @Override
                public void close() {
                    closed[0] = true;
                }
            };
            try (InputStream unpacked = Decompression.unpackWithin(packed, ArchiveLimits.DEFAULT)) {
                assertThat(unpacked.readAllBytes()).asString().isEqualTo("hello");
            }
            assertThat(closed[0]).isFalse();
        }
        assertThat(addressSpace() - before).isLessThan(600 << 10);
    }

    /** In KiB, as proc_pid_status(5) tells it. */
    private static long addressSpace() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void s58ABombIsStoppedWhileItUnpacks() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 64; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        ArchiveLimits limits = ArchiveLimits.DEFAULT.withRatio(100, 1 << 20);

        assertThatThrownBy(() -> unpack(bomb.toByteArray(), limits))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("100 times");
        assertThatThrownBy(() -> unpack(bomb.toByteArray(), ArchiveLimits.DEFAULT.withBytes(1 << 20)))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("1048576 bytes");
    }

    @Property(tries = 200)
    void damageEndsInBytesOrAnIoException(@ForAll int kind, @ForAll int where, @ForAll byte with) {
        byte[] packed = SAMPLES.get(Math.floorMod(kind, SAMPLES.size())).clone();
        packed[Math.floorMod(where, packed.length)] = with;
        try {
            assertThat(unpack(packed)).isNotNull();
        } catch (IOException expected) {
            assertThat(expected).isNotNull();
        }
    }

    private static List<byte[]> samples() {
        try {
            return List.of(
                    pack(GZIPOutputStream::new),
                    pack(ZstdOutputStream::new),
                    pack(out -> new BZip2CompressorOutputStream(out, 1)),
                    pack(out -> new XZOutputStream(out, new LZMA2Options(0))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] pack(Packer packer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = packer.over(bytes)) {
            out.write(TEXT);
        }
        return bytes.toByteArray();
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        return unpack(packed, ArchiveLimits.DEFAULT);
    }

    private static byte[] unpack(byte[] packed, ArchiveLimits limits) throws IOException {
        return Decompression.unpack(new ByteArrayInputStream(packed), limits).readAllBytes();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
