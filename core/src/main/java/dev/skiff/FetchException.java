package dev.skiff;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code ADD} names could not be fetched: the web server or the git repository could not be reached, or has not got it.
 * Content that came and was not what its {@code --checksum} says is a {@link DigestMismatchException} instead.
 */
public final class FetchException extends SkiffException {
    private static final long serialVersionUID = 1L;
    private static final int NO_ANSWER = 0;

    private final String address;
    private final int status;

    /**
     * A fetch that got no answer that a status would tell of.
     *
     * @param address what was asked, without user info and query
     */
    public FetchException(String message, String address, @Nullable Throwable cause) {
        super(message, cause);
        this.address = address;
        this.status = NO_ANSWER;
    }

    /**
     * A fetch that a web server has answered with something else.
     *
     * @param address what was asked, without user info and query
     * @param status the HTTP status
     */
    public FetchException(String message, String address, int status) {
        super(message);
        this.address = address;
        this.status = status;
    }

    /** What was asked, without user info and query: it is fit for logs. */
    public String address() {
        return address;
    }

    /** The HTTP status that came back; empty if it was no web server, or there was no answer. */
    public OptionalInt status() {
        return status == NO_ANSWER ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
