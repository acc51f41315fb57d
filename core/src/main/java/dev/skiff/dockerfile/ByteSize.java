package dev.skiff.dockerfile;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 64m}, {@code 1.5g}, {@code 512KiB}; a unit is always a power of 1,024. */
final class ByteSize {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?) ?([kmgtp]?)(?:i?b)?");
    private static final String UNITS = "kmgtp";

    private ByteSize() {}

    static OptionalLong parse(String text) {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            return OptionalLong.empty();
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(size.group(2));
        BigDecimal bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
        return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.longValue());
    }
}
