package dev.skiff.samples.runtime;

import java.util.Locale;

/** Bytes as people write them. */
final class Sizes {
    private static final String UNITS = "kmgt";
    private static final int BITS = 10;

    private Sizes() {}

    /** {@code 64m}, {@code 512KB} or {@code 1073741824}; -1, for no limit, stays what it is. */
    static long bytes(String text) {
        String number = text.toLowerCase(Locale.ROOT).replaceAll("i?b$", "");
        int unit = number.isEmpty() ? -1 : UNITS.indexOf(number.charAt(number.length() - 1));
        try {
            return unit < 0
                    ? Long.parseLong(number)
                    : Math.multiplyExact(
                            Long.parseLong(number.substring(0, number.length() - 1)), 1L << (BITS * (unit + 1)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no number of bytes; write 67108864, 64m or -1 for no limit", e);
        }
    }
}
