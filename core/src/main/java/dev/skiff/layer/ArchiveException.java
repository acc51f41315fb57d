package dev.skiff.layer;

import java.io.IOException;

/** An archive that is damaged, of a kind that is not read, or made to do harm. The message says which entry and why. */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    public ArchiveException(String message) {
        super(message);
    }

    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
