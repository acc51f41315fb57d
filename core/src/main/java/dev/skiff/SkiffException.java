package dev.skiff;

import org.jspecify.annotations.Nullable;

/**
 * Whatever Skiff could not do. Each subclass is one thing that a caller may want to handle apart, and carries what a
 * program needs as fields; the message is for a person: what was being done, to what, what came back, what to try.
 */
public class SkiffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SkiffException(String message) {
        super(message);
    }

    public SkiffException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
