package dev.skiff.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoaderCacheTest {
    @Test
    void numbersInNamesCountAsNumbersAsTheLoadersBinarySearchExpects() {
        List<String> names = Stream.of(
                        "libz.so", "libb.so.10", "libb.so.9", "lib9.so", "liba.so", "libb.so", "lib10.so")
                .sorted(LoaderCache.ORDER)
                .toList();

        assertThat(names)
                .containsExactly("liba.so", "libb.so", "libb.so.9", "libb.so.10", "libz.so", "lib9.so", "lib10.so");
    }

    @Test
    void offsetsOfNamesAndPathsCountFromTheStartOfTheFile() {
        byte[] cache = LoaderCache.write(
                Map.of("liba.so", Path.of("/x/liba.so"), "libb.so", Path.of("/x/libb.so")), ElfFile.Machine.AARCH64);

        ByteBuffer buffer = ByteBuffer.wrap(cache).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(buffer.getInt(20)).as("entries").isEqualTo(2);
        assertThat(buffer.getInt(48)).as("flags").isEqualTo(0x0a03);
        assertThat(text(cache, buffer.getInt(52))).isEqualTo("libb.so");
        assertThat(text(cache, buffer.getInt(56))).isEqualTo("/x/libb.so");
        assertThat(text(cache, buffer.getInt(76))).isEqualTo("liba.so");
    }

    private static String text(byte[] cache, int at) {
        int end = at;
        while (cache[end] != 0) {
            end++;
        }
        return new String(cache, at, end - at, StandardCharsets.US_ASCII);
    }
}
