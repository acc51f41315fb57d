package dev.skiff.linux.program;

import dev.skiff.linux.abi.Errno;
import java.nio.ByteBuffer;

/**
 * Writes lines straight into memory that a launcher maps: for programs of thousands of lines that live for a
 * millisecond, where a {@link Program} with its names and purposes would cost more than the calls. What a line that failed
 * was for is for the user of this class to know. Lines are refined by the calls that follow, as those of a {@link Line}.
 */
public final class LineWriter {
    /** Bytes of a line; line {@code n} of an agent's memory lies at {@code n * BYTES}. */
    public static final int BYTES = Line.BYTES;

    private static final long NOWHERE = 0xffffL << 32; // in `out`: no register gets the result
    private static final long ANY = 0xffff;

    // words of a line, in bytes from its start
    private static final int CALL = 8;
    private static final int ARGUMENTS = 16;
    private static final int ALLOWED = 64;
    private static final int ON_ERROR = 72;

    private final ByteBuffer memory;
    private int next;
    private int last;

    /** @param memory the agent's, from its first line, in little-endian order */
    public LineWriter(ByteBuffer memory) {
        this.memory = memory;
    }

    /** The next line is that one. */
    public void seek(int line) {
        next = line * BYTES;
    }

    /** The number of the next line. */
    public int line() {
        return next / BYTES;
    }

    public LineWriter call(int number, long... args) {
        return write(Op.CALL, number, args);
    }

    /** Writes a register into memory, as 4 or 8 bytes. */
    public void store(int register, long address, int size) {
        write(Op.STORE, 0, address, register, size).register(1, register);
    }

    /**
     * Goes on only if the 1, 2, 4 or 8 bytes there, masked, are that value; else it is as if the call {@code number} had failed
     * with {@code error}.
     */
    public LineWriter expect(int number, long address, int size, long mask, long value, Errno error) {
        return write(Op.EXPECT, number, address, size, mask, value, error.number());
    }

    /** The program is over; the next line is written in its place, unless another is begun. */
    public void end() {
        int at = next;
        write(Op.END, 0);
        next = at;
    }

    private LineWriter write(Op op, int number, long... args) {
        last = next;
        next += BYTES;
        memory.putLong(last, op.number | NOWHERE);
        memory.putLong(last + CALL, number & 0xffff_ffffL);
        for (int i = 0; i < 6; i++) {
            memory.putLong(last + ARGUMENTS + 8 * i, i < args.length ? args[i] : 0);
        }
        memory.putLong(last + ALLOWED, 0);
        memory.putLong(last + ON_ERROR, 0);
        return this;
    }

    /** Takes an argument of the last line from a register. */
    public LineWriter register(int argument, int register) {
        memory.putLong(last, memory.getLong(last) | (1L << (16 + argument)));
        memory.putLong(last + ARGUMENTS + 8 * argument, register);
        return this;
    }

    /** Keeps the result of the last line in a register. */
    public LineWriter into(int register) {
        memory.putLong(last, (memory.getLong(last) & ~NOWHERE) | (long) register << 32);
        return this;
    }

    /** Lets the program go on after one of these errors, four at most. */
    public LineWriter allow(Errno... errors) {
        long packed = 0;
        for (Errno error : errors) {
            packed = packed << 16 | error.number();
        }
        memory.putLong(last + ALLOWED, packed);
        return this;
    }

    /** Lets the program go on whatever the call says. */
    public LineWriter allowAny() {
        memory.putLong(last + ALLOWED, ANY);
        return this;
    }

    /** Where to go after an allowed error: that many lines beyond the next one. */
    public LineWriter skip(int lines) {
        memory.putLong(last + ON_ERROR, line() + lines);
        return this;
    }

    /** The number of the system call in that line. */
    public int callOf(int line) {
        return memory.getInt(line * BYTES + CALL);
    }
}
