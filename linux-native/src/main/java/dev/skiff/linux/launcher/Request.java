package dev.skiff.linux.launcher;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Asks an agent to run a program ({@code struct request} in launcher.h). */
public record Request(int entry, int firstRegister, long length, boolean shared) {
    private static final int BYTES = 24;

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(entry)
                .putInt(firstRegister)
                .putLong(length)
                .putInt(shared ? 1 : 0)
                .array();
    }
}
