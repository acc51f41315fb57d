package dev.skiff.linux.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter as Linux does: checks it as {@code bpf_check_classic} does, then executes the bytes. */
final class Kernel {
    private final byte[] program;
    private int steps;

    Kernel(byte[] program) {
        this.program = program.clone();
        check();
    }

    private ByteBuffer at(int instruction) {
        return ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).position(instruction * 8);
    }

    private void check() {
        int length = program.length / 8;
        if (program.length % 8 != 0 || length == 0 || length > 4096) {
            throw new AssertionError("EINVAL: " + program.length + " bytes");
        }
        for (int i = 0; i < length; i++) {
            ByteBuffer in = at(i);
            int code = in.getShort();
            int yes = in.get() & 0xff;
            int no = in.get() & 0xff;
            int k = in.getInt();
            boolean valid = switch (code) {
                case 0x20 -> k >= 0 && k < 64 && k % 4 == 0;
                case 0x54, 0x06 -> true;
                case 0x05 -> k >= 0 && i + 1L + k < length;
                case 0x15, 0x25, 0x35 -> i + 1 + Math.max(yes, no) < length;
                default -> false;
            };
            if (!valid) {
                throw new AssertionError("EINVAL: instruction " + i + " with code " + code);
            }
        }
        if (at(length - 1).getShort() != 0x06) {
            throw new AssertionError("EINVAL: does not end in an answer");
        }
    }

    /** The answer to a call. */
    Verdict answer(int auditNumber, int number, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(number).putInt(auditNumber).putLong(0x7f00_dead_beefL);
        for (long argument : arguments) {
            data.putLong(argument);
        }
        int accumulator = 0;
        int next = 0;
        steps = 0;
        while (true) {
            ByteBuffer in = at(next++);
            steps++;
            int code = in.getShort();
            int yes = in.get() & 0xff;
            int no = in.get() & 0xff;
            int k = in.getInt();
            switch (code) {
                case 0x20 -> accumulator = data.getInt(k);
                case 0x54 -> accumulator &= k;
                case 0x05 -> next += k;
                case 0x06 -> {
                    return new Verdict(k);
                }
                case 0x15 -> next += accumulator == k ? yes : no;
                case 0x25 -> next += Integer.compareUnsigned(accumulator, k) > 0 ? yes : no;
                case 0x35 -> next += Integer.compareUnsigned(accumulator, k) >= 0 ? yes : no;
                default -> throw new AssertionError(code);
            }
        }
    }

    /** How many instructions the last answer took. */
    int steps() {
        return steps;
    }
}
