package dev.skiff.linux;

import java.time.Instant;

/** One line that a container wrote, as bytes: what they mean is for the reader to say. */
public final class LogEntry {
    private final boolean error;
    private final Instant time;
    private final byte[] text;

    LogEntry(boolean error, Instant time, byte[] text) {
        this.error = error;
        this.time = time;
        this.text = text;
    }

    /** Whether it went to the standard error stream, and not to standard output. */
    public boolean error() {
        return error;
    }

    /** When the supervisor read its first byte. */
    public Instant time() {
        return time;
    }

    /** The line without its end. */
    public byte[] text() {
        return text.clone();
    }
}
