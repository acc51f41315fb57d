package dev.skiff.dockerfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as HEALTHCHECK has them: {@code 30s}, {@code 1m30s}, {@code 1.5h}, {@code 0}. */
public final class GoDuration {
    private static final Pattern PART =
            Pattern.compile("((?:\\d{1,18}\\.?\\d{0,18})|(?:\\.\\d{1,18}))(ns|us|\u00B5s|\u03BCs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00B5s", 1_000L,
            "\u03BCs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /** The duration, or empty when the text is none, or one of more than 292 years. */
    public static Optional<Duration> parse(String text) {
        boolean negative = text.startsWith("-");
        String parts = negative || text.startsWith("+") ? text.substring(1) : text;
        if (parts.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher part = PART.matcher(parts);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.lookingAt()) {
            BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
            end = part.end();
            part.region(end, parts.length());
        }
        if (end == 0 || end < parts.length() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue()));
    }
}
