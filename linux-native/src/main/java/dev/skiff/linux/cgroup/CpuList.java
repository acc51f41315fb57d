package dev.skiff.linux.cgroup;

import java.util.Arrays;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lists of processors and memory nodes of cpuset(7), such as {@code 0-3,7}; they are a stranger's (CVE-2018-20699). */
public final class CpuList {
    private static final Pattern RANGE = Pattern.compile(" *(\\d{1,4})(?:-(\\d{1,4}))? *");
    private static final int MOST_CHARACTERS = 4096;
    private static final int MOST = 8192; // NR_CPUS of any kernel; there are fewer memory nodes
    private static final int EXCERPT = 40;

    private CpuList() {}

    /** The list as it is, once it is known to be one. */
    static String check(String name, String list) {
        parse(name, list);
        return list;
    }

    /** A bit for each processor, in whole 64-bit words: what sched_setaffinity(2) takes. */
    public static byte[] mask(String list) {
        byte[] bytes = parse("the list of processors", list).toByteArray();
        return Arrays.copyOf(bytes, (bytes.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
    }

    private static BitSet parse(String name, String list) {
        if (list.length() > MOST_CHARACTERS) {
            throw bad(name, list);
        }
        BitSet listed = new BitSet();
        for (String part : list.split(",", -1)) {
            Matcher range = RANGE.matcher(part);
            if (!range.matches()) {
                throw bad(name, list);
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first || last >= MOST) {
                throw bad(name, list);
            }
            listed.set(first, last + 1);
        }
        return listed;
    }

    private static IllegalArgumentException bad(String name, String list) {
        String excerpt = list.length() <= EXCERPT ? list : list.substring(0, EXCERPT) + "...";
        return new IllegalArgumentException(
                name + " must be one such as \"0-3,7\", each number below " + MOST + ", got \"" + excerpt + "\"");
    }
}
