package dev.skiff.linux.tree;

import java.nio.ByteBuffer;

/** Walks over what getdents64(2) has written ({@code struct linux_dirent64}), leaving out {@code .} and {@code ..}. */
final class Dirents {
    private static final int RECORD_LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private static final int DT_UNKNOWN = 0;
    private static final int DT_DIR = 4;

    private final ByteBuffer memory;
    private final int end;
    private int at;
    private int next;

    Dirents(ByteBuffer memory, int start, int length) {
        this.memory = memory;
        this.next = start;
        this.end = start + length;
    }

    /** Goes to the next entry, if there is one. */
    boolean next() {
        while (next < end) {
            at = next;
            next += Short.toUnsignedInt(memory.getShort(at + RECORD_LENGTH));
            if (!isDots()) {
                return true;
            }
        }
        return false;
    }

    private boolean isDots() {
        if (memory.get(at + NAME) != '.') {
            return false;
        }
        byte second = memory.get(at + NAME + 1);
        return second == 0 || (second == '.' && memory.get(at + NAME + 2) == 0);
    }

    /** Whether it is a directory, or may be one: some file systems do not say. */
    boolean mayBeDirectory() {
        int type = memory.get(at + TYPE);
        return type == DT_DIR || type == DT_UNKNOWN;
    }

    /** Where its name lies, in bytes from the start of the memory; a NUL ends it. */
    int nameOffset() {
        return at + NAME;
    }

    byte[] name() {
        int length = 0;
        while (memory.get(at + NAME + length) != 0) {
            length++;
        }
        byte[] name = new byte[length];
        memory.get(at + NAME, name);
        return name;
    }
}
