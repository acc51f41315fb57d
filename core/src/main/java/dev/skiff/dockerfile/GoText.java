package dev.skiff.dockerfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Values as Go's {@code fmt} writes them. The texts in an image's history, and those of many errors, are made that way
 * in the reference, and people compare them.
 */
public final class GoText {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private GoText() {}

    /** {@code %q}: in double quotes, what does not print as an escape. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> appendQuoted(quoted, c));
        return quoted.append('"').toString();
    }

    /** {@code %q} of a list: {@code ["a" "b"]}. */
    public static String quoteAll(Collection<String> texts) {
        return texts.stream().map(GoText::quote).collect(Collectors.joining(" ", "[", "]"));
    }

    /** {@code %v} of a list: {@code [a b]}. */
    public static String list(Collection<String> texts) {
        return texts.stream().collect(Collectors.joining(" ", "[", "]"));
    }

    /** A duration as {@code 1m30s}, {@code 1.5s}, {@code 100ms}, {@code 0s}. */
    public static String duration(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        long rest = Math.abs(nanos);
        if (rest < NANOS_PER_SECOND) {
            return sign + subSecond(rest);
        }
        long minutes = rest / NANOS_PER_SECOND / 60;
        String seconds = decimal(rest - minutes * 60 * NANOS_PER_SECOND, 9) + "s";
        if (minutes == 0) {
            return sign + seconds;
        }
        long hours = minutes / 60;
        return sign + (hours > 0 ? hours + "h" : "") + minutes % 60 + "m" + seconds;
    }

    private static String subSecond(long nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        return nanos < 1_000_000 ? decimal(nanos, 3) + "\u00B5s" : decimal(nanos, 6) + "ms";
    }

    private static String decimal(long units, int digits) {
        BigDecimal value = BigDecimal.valueOf(units, digits);
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static void appendQuoted(StringBuilder quoted, int c) {
        switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case 0x07 -> quoted.append("\\a");
            case '\b' -> quoted.append("\\b");
            case '\f' -> quoted.append("\\f");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            case 0x0B -> quoted.append("\\v");
            default -> appendPlainOrEscaped(quoted, c);
        }
    }

    private static void appendPlainOrEscaped(StringBuilder quoted, int c) {
        if (prints(c)) {
            quoted.appendCodePoint(c);
        } else if (c < ' ' || c == 0x7F) {
            quoted.append(String.format("\\x%02x", c));
        } else if (c >= 0xDC80 && c <= 0xDCFF) {
            quoted.append(String.format("\\x%02x", c - 0xDC00)); // a byte that was not UTF-8
        } else {
            quoted.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
        }
    }

    private static boolean prints(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
