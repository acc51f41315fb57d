package dev.skiff.linux.abi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of one architecture, name to number and back, up to Linux 6.18.
 *
 * <p>Numbers are as {@code seccomp_data.nr} holds them: those of {@link Architecture#X32} carry its bit. The tables are
 * read once per JVM, at the first question.
 */
public final class SyscallTable {
    private final Architecture architecture;
    private final int column;
    private volatile @Nullable SortedMap<Integer, String> byNumber;

    private SyscallTable(Architecture architecture, int column) {
        this.architecture = architecture;
        this.column = column;
    }

    /** The calls of this architecture. */
    public static SyscallTable of(Architecture architecture) {
        return Objects.requireNonNull(Rows.TABLES.get(architecture));
    }

    /** The calls that this JVM itself can make. */
    public static SyscallTable host() {
        return of(Architecture.host());
    }

    /** The call's number; empty where the architecture has no call of this name. */
    public OptionalInt find(String name) {
        int[] row = Rows.BY_NAME.get(name);
        return row == null || row[column] == Rows.NONE
                ? OptionalInt.empty()
                : OptionalInt.of(row[column] | architecture.syscallBit());
    }

    /**
     * The number of a call that must be there.
     *
     * @throws IllegalArgumentException where the architecture has no call of this name
     */
    public int number(String name) {
        OptionalInt number = find(name);
        if (number.isEmpty()) {
            throw new IllegalArgumentException(
                    "no system call \"" + name + "\" on " + architecture + " up to Linux 6.18");
        }
        return number.getAsInt();
    }

    /** The name of the call with this number. */
    public Optional<String> name(int number) {
        return Optional.ofNullable(byNumber().get(number));
    }

    /** All calls, by number; of two names for one call, the later in the alphabet. */
    public SortedMap<Integer, String> byNumber() {
        SortedMap<Integer, String> known = byNumber;
        if (known == null) {
            SortedMap<Integer, String> sorted = new TreeMap<>();
            Rows.BY_NAME.forEach((name, row) -> {
                if (row[column] != Rows.NONE) {
                    sorted.merge(row[column] | architecture.syscallBit(), name, (a, b) -> a.compareTo(b) < 0 ? b : a);
                }
            });
            known = Collections.unmodifiableSortedMap(sorted);
            byNumber = known;
        }
        return known;
    }

    /**
     * The resource: a name and a number per architecture, in the order of the enum, on each line. It is read byte by byte
     * because it is read while the first container waits, in a JVM that has compiled nothing of this yet.
     */
    private static final class Rows {
        private static final int NONE = -1;
        private static final String RESOURCE = "syscalls.txt";
        private static final Map<Architecture, SyscallTable> TABLES = tables();
        private static final Map<String, int[]> BY_NAME = parse(read());

        private static Map<Architecture, SyscallTable> tables() {
            Map<Architecture, SyscallTable> tables = new EnumMap<>(Architecture.class);
            for (Architecture architecture : Architecture.values()) {
                tables.put(architecture, new SyscallTable(architecture, tables.size()));
            }
            return tables;
        }

        @SuppressWarnings("deprecation") // the String constructor that widens ASCII bytes is the fastest
        private static Map<String, int[]> parse(byte[] text) {
            Map<String, int[]> rows = new HashMap<>(1024);
            int line = 0;
            while (line < text.length) {
                int end = endOfWord(text, line, (byte) '\n');
                if (text[line] != '#') {
                    int name = endOfWord(text, line, (byte) ' ');
                    rows.put(new String(text, 0, line, name - line), numbers(text, name + 1, end));
                }
                line = end + 1;
            }
            return rows;
        }

        private static int[] numbers(byte[] text, int from, int end) {
            int[] row = new int[TABLES.size()];
            Arrays.fill(row, NONE);
            int column = 0;
            for (int at = from; at < end; at++) {
                if (text[at] == ' ') {
                    column++;
                } else if (text[at] != '-') {
                    row[column] = Math.max(row[column], 0) * 10 + text[at] - '0';
                }
            }
            return row;
        }

        private static int endOfWord(byte[] text, int from, byte end) {
            int at = from;
            while (text[at] != end) {
                at++;
            }
            return at;
        }

        private static byte[] read() {
            try (InputStream in = SyscallTable.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new AssertionError("the jar of dev.skiff.linux lacks abi/" + RESOURCE);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("read abi/" + RESOURCE + " from the jar of dev.skiff.linux", e);
            }
        }
    }
}
