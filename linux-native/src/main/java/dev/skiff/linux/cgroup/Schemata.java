package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.IntelRdt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a class of service may use of caches and memory bandwidth: lines such as {@code L3:0=7f0;1=1f}, of the specification or of a
 * file {@code schemata} of resctrl.
 */
final class Schemata {
    private static final String BANDWIDTH = "MB:";

    private Schemata() {}

    /**
     * What a specification asks for, as it is written: each of these at once, for the kernel takes no line of one resource twice
     * (config-linux.md, "IntelRdt").
     */
    static List<String> writes(IntelRdt asked) {
        asked.memBwSchema().ifPresent(Schemata::checkBandwidth);
        List<String> first = new ArrayList<>(asked.l3CacheSchema().stream()
                .flatMap(String::lines)
                .filter(line -> asked.memBwSchema().isEmpty() || !line.startsWith(BANDWIDTH))
                .toList());
        asked.memBwSchema().ifPresent(first::add);
        return Stream.of(first, asked.schemata())
                .filter(lines -> !lines.isEmpty())
                .map(lines -> String.join("\n", lines) + "\n")
                .toList();
    }

    private static void checkBandwidth(String schema) {
        if (!schema.startsWith(BANDWIDTH) || schema.contains("\n")) {
            throw new IllegalArgumentException("linux.intelRdt.memBwSchema must be one line that begins with "
                    + BANDWIDTH + ", got \"" + schema + "\"");
        }
    }

    /** Whether all that is asked for is so already; the kernel writes numbers with more zeros, and lines with blanks ahead. */
    static boolean contain(String schemata, List<String> writes) {
        Map<String, String> there = parse(schemata);
        return writes.stream()
                .allMatch(each -> there.entrySet().containsAll(parse(each).entrySet()));
    }

    /** By resource and cache: {@code L3:0}. What is not understood is a key of its own, which is in no file of the kernel's. */
    private static Map<String, String> parse(String schemata) {
        Map<String, String> all = new HashMap<>();
        schemata.lines().map(String::trim).filter(line -> !line.isEmpty()).forEach(line -> {
            String resource = line.substring(0, line.indexOf(':') + 1);
            for (String each : line.substring(resource.length()).split(";", -1)) {
                int equals = each.indexOf('=');
                String cache = equals < 0 ? "? " + each : each.substring(0, equals);
                all.put(
                        resource + cache.trim(),
                        each.substring(equals + 1).trim().replaceFirst("^0+(?=.)", ""));
            }
        });
        return all;
    }
}
