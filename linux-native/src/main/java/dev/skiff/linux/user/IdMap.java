package dev.skiff.linux.user;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What ids there are in a user namespace, and what they are in the one around it: user_namespaces(7). */
public record IdMap(List<IdRange> ranges) {
    private static final long ALL_IDS = (1L << 32) - 1;
    private static final long MOST = 1 << 20; // ids that we map; images use the first 65536

    public IdMap {
        ranges = List.copyOf(ranges);
    }

    /** The user ids of the namespace that this JVM is in. */
    public static IdMap ofThisProcess() {
        return read(Path.of("/proc/self/uid_map"));
    }

    static IdMap read(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file + "; is /proc mounted?", e);
        }
    }

    /** Of what such a file says. */
    static IdMap parse(String text) {
        return new IdMap(text.lines()
                .map(line -> List.of(line.trim().split("\\s+", -1)))
                .map(ids ->
                        new IdRange(Long.parseLong(ids.get(0)), Long.parseLong(ids.get(1)), Long.parseLong(ids.get(2))))
                .toList());
    }

    /** Whether it is the host's own: there is nobody whom it does not have. */
    public boolean isEverybody() {
        return ranges.size() == 1 && ranges.get(0).equals(new IdRange(0, 0, ALL_IDS));
    }

    /** Those ids as themselves, for a namespace below this one. */
    List<IdRange> forOneBelow() {
        List<IdRange> same = new ArrayList<>();
        for (IdRange range : ranges) {
            long count = Math.min(range.count(), MOST - range.inside());
            if (count > 0) {
                same.add(new IdRange(range.inside(), range.inside(), count));
            }
        }
        return same;
    }
}
