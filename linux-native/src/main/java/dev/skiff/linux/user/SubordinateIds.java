package dev.skiff.linux.user;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The ranges that /etc/subuid and /etc/subgid lend to a user: subuid(5). */
public final class SubordinateIds {
    private static final long MOST = 1 << 20; // ids that we map; images use the first 65536

    private static final long ALL_IDS = 1L << 32;

    private SubordinateIds() {}

    /** The user's ranges, mapped from id 1 on; none when the file has no line for them or is not there. */
    static List<IdRange> read(Path file, String user, int uid) {
        List<IdRange> ranges = new ArrayList<>();
        long inside = 1;
        for (String line : lines(file)) {
            String[] parts = line.trim().split(":", -1);
            if (parts.length == 3 && (parts[0].equals(user) || parts[0].equals(Integer.toString(uid)))) {
                long count = Math.min(number(parts[2]), MOST - inside);
                long outside = number(parts[1]);
                if (count > 0 && outside > 0) {
                    ranges.add(new IdRange(inside, outside, count));
                    inside += count;
                }
            }
        }
        return ranges;
    }

    /** All that is lent to such users, as the file has it. */
    public static List<IdRange> lentTo(Path file, Predicate<String> user) {
        List<IdRange> ranges = new ArrayList<>();
        for (String line : lines(file)) {
            String[] parts = line.trim().split(":", -1);
            if (parts.length == 3 && user.test(parts[0]) && number(parts[1]) > 0 && number(parts[2]) > 0) {
                long outside = Math.min(number(parts[1]), ALL_IDS - 1);
                ranges.add(new IdRange(0, outside, Math.min(number(parts[2]), ALL_IDS - outside)));
            }
        }
        return ranges;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1; // a line that subuid(5) does not describe lends nothing
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file + ", which lends ids to ordinary users", e);
        }
    }
}
