package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What is packed in pieces by several threads is one gzip stream like any other. */
class ParallelGzipTest {
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(3, task -> {
        Thread thread = new Thread(task, "packer");
        thread.setDaemon(true);
        return thread;
    });

    /** Text, noise, repetition and nothing, in pieces around the sizes at which the stream is cut. */
    @Provide
    static Arbitrary<byte[]> contents() {
        Arbitrary<Integer> sizes =
                Arbitraries.of(0, 1, 100, 65_535, 65_536, (512 << 10) - 1, 512 << 10, (512 << 10) + 1, 1_700_000);
        return sizes.flatMap(size -> Arbitraries.integers().between(0, 3).map(kind -> content(kind, size)));
    }

    private static byte[] content(int kind, int size) {
        byte[] bytes = new byte[size];
        Random random = new Random(size);
        if (kind == 0) {
            random.nextBytes(bytes);
        }
        for (int i = 0; kind == 1 && i < size; i++) {
            bytes[i] = (byte) "0123456789abcdef".charAt(random.nextInt(16));
        }
        for (int i = 0; kind == 2 && i < size; i++) {
            bytes[i] = (byte) (i / 1000 % 7 == 3 ? random.nextInt() : i % 251);
        }
        return bytes;
    }

    @Property(tries = 30)
    void whatIsPackedUnpacksToTheSame(@ForAll("contents") byte[] content) throws IOException {
        byte[] packed = pack(content, 3, content.length + 1);

        Digest expected = Digest.sha256(content);
        assertThat(Digest.sha256(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes()))
                .isEqualTo(expected);
        assertThat(Digest.sha256(new GunzipInputStream(new ByteArrayInputStream(packed)).readAllBytes()))
                .isEqualTo(expected);
    }

    @Property(tries = 20)
    void theBytesDoNotDependOnTheThreadsNorOnThePiecesTheyAreWrittenIn(@ForAll("contents") byte[] content) {
        Digest expected = Digest.sha256(pack(content, 1, content.length + 1));

        assertThat(Digest.sha256(pack(content, 4, 1000))).isEqualTo(expected);
        assertThat(Digest.sha256(pack(content, 9, 70_001))).isEqualTo(expected);
    }

    @Test
    void noiseIsStoredAndTextIsNot() {
        byte[] noise = content(0, 4 << 20);
        byte[] text = "to be or not to be, ".repeat(50_000).getBytes(StandardCharsets.UTF_8);

        assertThat(pack(noise, 4, 1 << 16).length).isBetween(noise.length, noise.length + noise.length / 1000);
        assertThat(pack(text, 4, 1 << 16).length).isLessThan(text.length / 50);
    }

    @Test
    void aCutCostsNothingBecauseAPieceSeesTheOneBefore() {
        byte[] once = content(1, 20_000);
        byte[] content = new byte[(512 << 10) + once.length];
        Arrays.fill(content, (byte) 'x');
        System.arraycopy(once, 0, content, (512 << 10) - once.length, once.length);
        System.arraycopy(once, 0, content, 512 << 10, once.length); // the same again, beyond the cut

        assertThat(pack(content, 2, 1 << 16).length).isLessThan(once.length * 6 / 7);
    }

    @Test
    void aPackerThatFailsFailsTheStream() {
        ParallelGzip gzip = new ParallelGzip(
                new ByteArrayOutputStream(),
                task -> {
                    throw new UncheckedIOException(new IOException("no threads left"));
                },
                2);

        assertThatThrownBy(() -> {
                    gzip.write(new byte[10]);
                    gzip.finish();
                })
                .hasMessageContaining("no threads left");
    }

    private static byte[] pack(byte[] content, int ahead, int piece) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try {
            ParallelGzip gzip = new ParallelGzip(packed, THREADS, ahead);
            for (int at = 0; at < content.length; at += piece) {
                gzip.write(content, at, Math.min(piece, content.length - at));
            }
            gzip.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
