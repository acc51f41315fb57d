package dev.skiff.linux.abi;

import java.util.List;
import java.util.Locale;

/**
 * A signal, by number; names as images and users write them.
 *
 * @param number from 1 to 64
 */
public record Signal(int number) {
    /** The default that a process may handle: please end. */
    public static final Signal TERM = new Signal(15);

    /** The end that no process can refuse. */
    public static final Signal KILL = new Signal(9);

    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    // The kernel's first real-time signal is 32; C libraries keep two for themselves, so RTMIN means 34 to everybody.
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    public Signal {
        if (number < 1 || number > RTMAX) {
            throw new IllegalArgumentException("a signal's number is from 1 to " + RTMAX + ", got " + number);
        }
    }

    /**
     * The signal that a text names: {@code SIGTERM}, {@code term}, {@code 15}, {@code RTMIN+3}, {@code SIGRTMAX-1}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Signal of(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        try {
            return new Signal(numberOf(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "no such signal: \"" + text + "\"; name one of signal(7), such as SIGTERM, or give its number", e);
        }
    }

    private static int numberOf(String name) {
        int known = NAMES.indexOf(name);
        if (known > 0) {
            return known;
        }
        return switch (name) {
            case "IOT" -> 6;
            case "CLD" -> 17;
            case "POLL" -> 29;
            case "RTMIN" -> RTMIN;
            case "RTMAX" -> RTMAX;
            default -> realTimeOrPlain(name);
        };
    }

    private static int realTimeOrPlain(String name) {
        if (name.startsWith("RTMIN+")) {
            return realTime(RTMIN + Integer.parseUnsignedInt(name.substring(6)));
        }
        if (name.startsWith("RTMAX-")) {
            return realTime(RTMAX - Integer.parseUnsignedInt(name.substring(6)));
        }
        return Integer.parseUnsignedInt(name);
    }

    private static int realTime(int number) {
        return number < RTMIN ? -1 : number;
    }

    /** The name that signal(7) uses, such as {@code SIGTERM} or {@code SIGRTMIN+3}. */
    public String name() {
        if (number < NAMES.size()) {
            return "SIG" + NAMES.get(number);
        }
        return number < RTMIN ? "SIG" + number : "SIGRTMIN" + (number == RTMIN ? "" : "+" + (number - RTMIN));
    }

    @Override
    public String toString() {
        return name();
    }
}
