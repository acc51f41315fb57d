package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads and writes the small files of control groups. */
final class GroupFiles {
    /** How version 1 writes that there is no limit: the most that fits, in whole pages. */
    private static final long NO_LIMIT = Long.MAX_VALUE / 65536 * 65536;

    private GroupFiles() {}

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            String what = e instanceof FileSystemException ? "" : file + ": "; // which names the file itself
            throw new UncheckedIOException("read " + what + e.getMessage(), e);
        }
    }

    /** Nothing where there is no such file, or the kernel does not keep what it is about. */
    static Optional<String> find(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** One write(2), as these files want it. */
    static void write(Path file, String value) {
        try {
            Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("write \"" + value + "\" to " + file + ": " + e.getMessage(), e);
        }
    }

    /** False if the kernel does not take it. */
    static boolean tryWrite(Path file, String value) {
        try {
            write(file, value);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    static List<String> words(Path file) {
        String text = read(file).trim();
        return text.isEmpty() ? List.of() : Arrays.asList(text.split("\\s+", -1));
    }

    /** The number in a file; nothing for {@code max}, for -1, and where there is no such file. */
    static OptionalLong number(Path file) {
        return find(file).map(GroupFiles::number).orElse(OptionalLong.empty());
    }

    static OptionalLong number(String text) {
        String trimmed = text.trim();
        if (trimmed.equals("max") || trimmed.startsWith("-") || trimmed.isEmpty()) {
            return OptionalLong.empty();
        }
        long value = Long.parseUnsignedLong(trimmed);
        return value < 0 || value >= NO_LIMIT ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** The lines {@code key value} of a file; none where there is no such file. */
    static Map<String, Long> table(Path file) {
        Map<String, Long> table = new LinkedHashMap<>();
        for (String line : find(file).orElse("").split("\n", -1)) {
            int blank = line.indexOf(' ');
            if (blank > 0 && line.indexOf(' ', blank + 1) < 0) {
                table.put(line.substring(0, blank), Long.parseUnsignedLong(line.substring(blank + 1)));
            }
        }
        return table;
    }
}
