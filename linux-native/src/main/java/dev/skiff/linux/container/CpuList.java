package dev.skiff.linux.container;

import java.util.Arrays;
import java.util.BitSet;

/** Numbers of processors as cpuset(7) lists them: {@code 0-3,7}. */
final class CpuList {
    private static final int MOST_CHARACTERS =
            4096; // a list of a gigabyte has stopped a runtime before (CVE-2018-20699)
    private static final int MOST_PROCESSORS = 8192; // NR_CPUS of any kernel

    private CpuList() {}

    /** A bit for each, in whole 64-bit words. */
    static byte[] mask(String list) {
        if (list.isEmpty() || list.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a list of processors has 1 to " + MOST_CHARACTERS + " characters, not " + list.length());
        }
        BitSet processors = new BitSet();
        for (String range : list.trim().split(",", -1)) {
            String[] ends = range.trim().split("-", 2);
            int first = number(ends[0], list);
            int last = ends.length == 1 ? first : number(ends[1], list);
            if (last < first) {
                throw bad(list);
            }
            processors.set(first, last + 1);
        }
        byte[] bytes = processors.toByteArray();
        return Arrays.copyOf(bytes, (bytes.length + 7) / 8 * 8);
    }

    private static int number(String text, String list) {
        if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(list);
        }
        int number = Integer.parseInt(text);
        if (number >= MOST_PROCESSORS) {
            throw bad(list);
        }
        return number;
    }

    private static IllegalArgumentException bad(String list) {
        return new IllegalArgumentException(
                "a list of processors is one such as \"0-3,7\", below " + MOST_PROCESSORS + ", not \"" + list + "\"");
    }
}
