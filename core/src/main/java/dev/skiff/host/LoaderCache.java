package dev.skiff.host;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes {@code /etc/ld.so.cache} for the image, as ldconfig would: glibc's loader finds libraries in directories that only
 * the host's configuration knows by nothing else. The format is the one that glibc reads since 2.2 (its
 * {@code sysdeps/generic/dl-cache.h}, {@code struct cache_file_new}).
 */
final class LoaderCache {
    private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_SIZE = 48;
    private static final int ENTRY_SIZE = 24;
    private static final byte LITTLE_ENDIAN = 2;

    /** A library of this machine for glibc 2 or later: FLAG_X8664_LIB64, FLAG_AARCH64_LIB64, each with FLAG_ELF_LIBC6. */
    private static final Map<ElfFile.Machine, Integer> FLAGS =
            Map.of(ElfFile.Machine.X86_64, 0x0303, ElfFile.Machine.AARCH64, 0x0a03);

    /** The loader searches from the greatest name to the least, numbers in names by their value: {@code _dl_cache_libcmp}. */
    static final Comparator<String> ORDER = LoaderCache::compare;

    private LoaderCache() {}

    static byte[] write(Map<String, Path> libraries, ElfFile.Machine machine) {
        List<String> names = libraries.keySet().stream()
                .filter(name -> !name.contains("/"))
                .sorted(ORDER.reversed())
                .toList();
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        int firstString = HEADER_SIZE + names.size() * ENTRY_SIZE;
        ByteBuffer entries = littleEndian(names.size() * ENTRY_SIZE);
        for (String name : names) {
            entries.putInt(FLAGS.getOrDefault(machine, 0));
            entries.putInt(firstString + append(strings, name.getBytes(StandardCharsets.UTF_8)));
            entries.putInt(firstString + append(strings, HostRoot.bytes(libraries.getOrDefault(name, HostRoot.TOP))));
            entries.putInt(0).putLong(0); // for any version of the kernel, for any processor
        }
        ByteBuffer header =
                littleEndian(HEADER_SIZE).put(MAGIC).putInt(names.size()).putInt(strings.size());
        header.put(LITTLE_ENDIAN);
        return littleEndian(firstString + strings.size())
                .put(header.rewind())
                .put(entries.rewind())
                .put(strings.toByteArray())
                .array();
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int append(ByteArrayOutputStream strings, byte[] text) {
        int at = strings.size();
        strings.writeBytes(text);
        strings.write(0);
        return at;
    }

    private static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            boolean digits = isDigit(a.charAt(i));
            if (digits != isDigit(b.charAt(j))) {
                return digits ? 1 : -1;
            }
            if (digits) {
                int endOfA = endOfDigits(a, i);
                int endOfB = endOfDigits(b, j);
                int difference = number(a, i, endOfA) - number(b, j, endOfB);
                if (difference != 0) {
                    return difference;
                }
                i = endOfA;
                j = endOfB;
            } else if (a.charAt(i) != b.charAt(j)) {
                return a.charAt(i) - b.charAt(j);
            } else {
                i++;
                j++;
            }
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Overflows as the loader's own int does: the order must be the loader's, not the right one. */
    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + (text.charAt(i) - '0');
        }
        return value;
    }
}
