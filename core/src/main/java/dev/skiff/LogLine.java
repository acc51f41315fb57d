package dev.skiff;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * One line that a container wrote. Lines of one stream are in the order they were written; between the two streams, order
 * is that of {@code time}.
 *
 * @param source the stream it was written to
 * @param time when it was read from the container, to the nanosecond
 * @param text without the end of the line; what is no UTF-8 is replaced
 */
public record LogLine(Source source, Instant time, String text) {
    /** The streams that a process writes to. */
    public enum Source {
        STDOUT,
        STDERR
    }

    public LogLine {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(text, "text");
    }

    /** For people: {@code 2026-11-23T17:04:05.123456789Z stdout listening on 3000}. */
    @Override
    public String toString() {
        return time + " " + source.name().toLowerCase(Locale.ROOT) + " " + text;
    }
}
