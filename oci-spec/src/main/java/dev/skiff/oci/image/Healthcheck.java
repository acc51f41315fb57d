package dev.skiff.oci.image;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to find out whether a container works; Docker's addition. Where a duration is absent or zero, the default holds.
 *
 * @param test {@code NONE}, or {@code CMD} and a command, or {@code CMD-SHELL} and one for the shell; empty for the one of the base image
 * @param interval between two checks
 * @param timeout of one check
 * @param startPeriod in which failures do not count
 * @param startInterval between two checks in that time
 * @param retries failures in a row that make it unhealthy
 */
public record Healthcheck(
        @JsonField("Test") List<String> test,
        @JsonField("Interval") Optional<Duration> interval,
        @JsonField("Timeout") Optional<Duration> timeout,
        @JsonField("StartPeriod") Optional<Duration> startPeriod,
        @JsonField("StartInterval") Optional<Duration> startInterval,
        @JsonField("Retries") Optional<Integer> retries,
        UnknownFields extra) {
    private static final Duration MOST = Duration.ofNanos(Long.MAX_VALUE); // what JSON can hold

    public Healthcheck {
        test = Copies.list(test);
        for (Optional<Duration> duration : List.of(interval, timeout, startPeriod, startInterval)) {
            if (duration.isPresent()
                    && (duration.get().isNegative() || duration.get().compareTo(MOST) > 0)) {
                throw new IllegalArgumentException(
                        "durations of a health check must be from 0 to 292 years, got " + duration.get());
            }
        }
        if (retries.isPresent() && retries.get() < 0) {
            throw new IllegalArgumentException("retries must not be negative, got " + retries.get());
        }
    }

    /** A test with the default times. */
    public static Healthcheck of(List<String> test) {
        return new Healthcheck(
                test,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                UnknownFields.none());
    }

    public Healthcheck withInterval(Duration interval) {
        return Records.with(this, "interval", interval);
    }

    public Healthcheck withTimeout(Duration timeout) {
        return Records.with(this, "timeout", timeout);
    }

    public Healthcheck withStartPeriod(Duration startPeriod) {
        return Records.with(this, "startPeriod", startPeriod);
    }

    public Healthcheck withStartInterval(Duration startInterval) {
        return Records.with(this, "startInterval", startInterval);
    }

    public Healthcheck withRetries(int retries) {
        return Records.with(this, "retries", retries);
    }
}
