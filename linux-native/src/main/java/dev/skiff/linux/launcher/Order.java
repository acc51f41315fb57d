package dev.skiff.linux.launcher;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the JVM asks of a supervisor ({@code struct order} in launcher.h). */
public record Order(Kind kind, int signal) {
    private static final int BYTES = 8;

    /** What it is about ({@code enum order_kind}). */
    public enum Kind {
        /** Send that signal to the process. */
        SIGNAL(1),
        /** Fork an agent that holds the process's pidfd and serves at the socket that comes along. */
        FORK(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** What it is on the wire. */
        public int number() {
            return number;
        }
    }

    public static Order signal(int number) {
        return new Order(Kind.SIGNAL, number);
    }

    public static Order fork() {
        return new Order(Kind.FORK, 0);
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind.number())
                .putInt(signal)
                .array();
    }
}
