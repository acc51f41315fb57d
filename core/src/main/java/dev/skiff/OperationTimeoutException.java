package dev.skiff;

import java.time.Duration;

/** Work took longer than it was given: it has been stopped, and what it had begun is cleaned up. */
public final class OperationTimeoutException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final Duration limit;

    /**
     * @param work what was being done, such as {@code pull docker.io/library/node:18}
     * @param limit what it was given
     */
    public OperationTimeoutException(String work, Duration limit) {
        super(work + ": not done within " + limit.toMillis() + " ms");
        this.limit = limit;
    }

    /** The time that it was given. */
    public Duration limit() {
        return limit;
    }
}
