package dev.skiff.linux;

import java.nio.file.Path;
import java.time.Duration;

/** A lock was not free within the time that its caller was ready to wait. */
public final class LockTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    /**
     * @param holders who holds it, for people; empty when that is not known
     */
    LockTimeoutException(Path path, Duration limit, String holders) {
        super("lock " + path + ": held by "
                + (holders.isEmpty() ? "another process" : holders)
                + ", still after " + limit.toMillis() + " ms");
        this.path = path;
    }

    /** The file whose lock was asked for. */
    public Path path() {
        return path;
    }
}
