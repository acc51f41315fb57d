package dev.skiff;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container was started but never got ready: it ended first, or did not do in time what it was waited for. It has been
 * removed; what it wrote last is in {@link #logTail()}.
 */
public final class NotReadyException extends StartException {
    private static final long serialVersionUID = 1L;

    private final @Nullable ExitStatus status;
    private final String[] logTail;

    private NotReadyException(String message, @Nullable ExitStatus status, List<String> logTail) {
        super(message + OutputTail.inWords(logTail), null);
        this.status = status;
        this.logTail = logTail.toArray(new String[0]);
    }

    /**
     * It ended first.
     *
     * @param container as a person would name it: {@code container web (7f3a)}
     */
    public static NotReadyException ended(String container, ExitStatus status, List<String> logTail) {
        return new NotReadyException(container + " " + status.inWords() + " before it was ready", status, logTail);
    }

    /**
     * Time ran out.
     *
     * @param container as a person would name it: {@code container web (7f3a)}
     * @param found what the last attempt found, such as {@code status 503}; may be empty
     */
    public static NotReadyException timedOut(String container, Ready ready, String found, List<String> logTail) {
        return new NotReadyException(
                container + " was not ready within " + inWords(ready.limit()) + ", waiting for " + ready.inWords()
                        + (found.isEmpty() ? "" : ": " + found),
                null,
                logTail);
    }

    private static String inWords(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    /** How it ended; empty if it did not, but took too long. */
    public Optional<ExitStatus> status() {
        return Optional.ofNullable(status);
    }

    /** The last lines that it wrote, to either stream. */
    public String logTail() {
        return String.join("\n", logTail);
    }
}
