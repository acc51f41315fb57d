package dev.skiff.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * When to ask again, and how long to wait before. A registry may ask for more time than the first pause, up to
 * {@link #LONGEST_PAUSE}; who asks for more gets no second request, so that nobody can make us wait for ever.
 */
record RetryPolicy(Duration firstPause) {
    static final int MOST_RETRIES = 3;
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    /** Whether a status speaks of the moment rather than of the request. */
    static boolean isTemporary(int status) {
        return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    }

    /** Whether an exchange that broke off may well go through the next time. */
    static boolean isTemporary(IOException failure) {
        if (failure instanceof RedirectedException elsewhere) {
            return isTemporary(elsewhere.failure());
        }
        return !(failure instanceof ProtocolException)
                && !(failure instanceof InterruptedIOException)
                && !Failures.nobodyThere(failure);
    }

    /** How long to wait before retry number {@code retry}, counted from 1; empty to give up. */
    Optional<Duration> pause(int retry, Deadline deadline, Optional<String> retryAfter) {
        if (retry > MOST_RETRIES) {
            return Optional.empty();
        }
        Duration pause = retryAfter.flatMap(RetryPolicy::parse).orElse(firstPause.multipliedBy(1L << (retry - 1)));
        boolean tooLong = pause.compareTo(LONGEST_PAUSE) > 0 || pause.toNanos() >= deadline.remainingNanos();
        return tooLong ? Optional.empty() : Optional.of(pause);
    }

    /** Reads {@code Retry-After}: seconds or a date (RFC 9110, section 10.2.3). */
    static Optional<Duration> parse(String retryAfter) {
        String value = retryAfter.strip();
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant moment = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(Instant.now(), moment);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
