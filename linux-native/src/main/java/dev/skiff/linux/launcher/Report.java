package dev.skiff.linux.launcher;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a launcher's process says to the JVM ({@code struct report} in launcher.h). */
public record Report(Kind kind, int line, long value) {
    /** Bytes of one on the wire. */
    public static final int BYTES = 16;

    /** In the order of {@code enum report_kind}. */
    public enum Kind {
        /** A program ran to its end. */
        DONE,
        /** A line of a program failed: which, and the errno. */
        FAILED,
        /** The container's program is running: its process id. */
        STARTED,
        /** The container has ended: si_code and si_status of waitid(2). */
        EXITED,
        /** There is more in the log: the generation of the file that was written to. */
        LOGGED
    }

    private static final Kind[] KINDS = Kind.values();

    public static Report parse(byte[] message) {
        if (message.length != BYTES) {
            throw new AssertionError("a report has " + BYTES + " bytes, not " + message.length);
        }
        ByteBuffer read = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        return new Report(KINDS[read.getInt()], read.getInt(), read.getLong());
    }
}
