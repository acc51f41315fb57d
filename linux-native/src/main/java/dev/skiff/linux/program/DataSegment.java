package dev.skiff.linux.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The bytes that a program's lines point to. */
final class DataSegment {
    private static final int ALIGNMENT = 8;

    private final long base;
    private ByteBuffer bytes = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);

    DataSegment(long base) {
        this.base = base;
    }

    long add(byte[] content) {
        long at = reserve(content.length);
        bytes.put((int) (at - base), content);
        return at;
    }

    /** Room for that many bytes, zeroed, at a multiple of 8. */
    long reserve(int length) {
        int at = (bytes.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (at + length > bytes.capacity()) {
            byte[] grown = Arrays.copyOf(bytes.array(), Math.max(2 * bytes.capacity(), at + length));
            bytes = ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN).position(bytes.position());
        }
        bytes.position(at + length);
        return base + at;
    }

    void putLong(long address, long value) {
        bytes.putLong((int) (address - base), value);
    }

    void putInt(long address, int value) {
        bytes.putInt((int) (address - base), value);
    }

    int length() {
        return bytes.position();
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
