package dev.skiff.linux.abi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The system calls of one architecture, name to number and back, up to Linux 6.18.
 *
 * <p>Numbers are as {@code seccomp_data.nr} holds them: those of {@link Architecture#X32} carry its bit. The tables are
 * read once per JVM, at the first question.
 */
public final class SyscallTable {
    private final Architecture architecture;
    private final Map<String, Integer> numbers;
    private final SortedMap<Integer, String> names;

    private SyscallTable(Architecture architecture, Map<String, Integer> numbers) {
        this.architecture = architecture;
        this.numbers = numbers;
        this.names = new TreeMap<>();
        numbers.forEach((name, number) -> names.put(number, name)); // of two names for one call, the later
    }

    /** The calls of this architecture. */
    public static SyscallTable of(Architecture architecture) {
        return Objects.requireNonNull(Tables.LOADED.get(architecture));
    }

    /** The calls that this JVM itself can make. */
    public static SyscallTable host() {
        return of(Architecture.host());
    }

    /** The call's number; empty where the architecture has no call of this name. */
    public OptionalInt find(String name) {
        Integer number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /**
     * The number of a call that must be there.
     *
     * @throws IllegalArgumentException where the architecture has no call of this name
     */
    public int number(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no system call \"" + name + "\" on " + architecture + " up to Linux 6.18"));
    }

    /** The name of the call with this number. */
    public Optional<String> name(int number) {
        return Optional.ofNullable(names.get(number));
    }

    /** All calls, by number. */
    public SortedMap<Integer, String> byNumber() {
        return Collections.unmodifiableSortedMap(names);
    }

    private static final class Tables {
        private static final String RESOURCE = "syscalls.txt";
        private static final Map<Architecture, SyscallTable> LOADED = load();

        private static Map<Architecture, SyscallTable> load() {
            List<String[]> rows = text().lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .toList();
            Map<Architecture, SyscallTable> tables = new EnumMap<>(Architecture.class);
            int column = 1; // after the name, in the order of the enum's constants
            for (Architecture architecture : Architecture.values()) {
                tables.put(architecture, new SyscallTable(architecture, numbers(rows, column++, architecture)));
            }
            return tables;
        }

        private static Map<String, Integer> numbers(List<String[]> rows, int column, Architecture architecture) {
            Map<String, Integer> numbers = new LinkedHashMap<>(1024);
            for (String[] row : rows) {
                if (!row[column].equals("-")) {
                    numbers.put(row[0], Integer.parseInt(row[column]) | architecture.syscallBit());
                }
            }
            return numbers;
        }

        private static String text() {
            try (InputStream in = SyscallTable.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new AssertionError("the jar of dev.skiff.linux lacks abi/" + RESOURCE);
                }
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException("read abi/" + RESOURCE + " from the jar of dev.skiff.linux", e);
            }
        }
    }
}
