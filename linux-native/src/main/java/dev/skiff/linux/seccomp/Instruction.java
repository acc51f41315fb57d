package dev.skiff.linux.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One {@code struct sock_filter}, linux/filter.h: a step of a classic BPF program. Jumps count from the next one. */
record Instruction(int code, int yes, int no, int k) {
    /** {@code sizeof(struct sock_filter)}. */
    static final int BYTES = 8;

    // BPF_LD|BPF_W|BPF_ABS, BPF_JMP|..., BPF_ALU|BPF_AND|BPF_K, BPF_RET|BPF_K of linux/bpf_common.h. The kernel sees by
    // itself that a call is always allowed, and skips the filter from then on, as long as no other kinds are used up to
    // the answer (seccomp_is_const_allow, Linux 5.11).
    static final int LOAD = 0x20;
    static final int JUMP = 0x05;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_GREATER = 0x25;
    static final int JUMP_AT_LEAST = 0x35;
    static final int AND = 0x54;
    static final int RETURN = 0x06;

    static Instruction load(int offset) {
        return new Instruction(LOAD, 0, 0, offset);
    }

    static Instruction and(int mask) {
        return new Instruction(AND, 0, 0, mask);
    }

    static Instruction jump(int distance) {
        return new Instruction(JUMP, 0, 0, distance);
    }

    static Instruction answer(Verdict verdict) {
        return new Instruction(RETURN, 0, 0, verdict.value());
    }

    boolean isAnswer() {
        return code == RETURN;
    }

    boolean isConditional() {
        return code == JUMP_EQUAL || code == JUMP_GREATER || code == JUMP_AT_LEAST;
    }

    /** The array as the kernel wants it; both architectures that Skiff runs on are little-endian. */
    static byte[] encode(List<Instruction> program) {
        ByteBuffer bytes = ByteBuffer.allocate(program.size() * BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction step : program) {
            bytes.putShort((short) step.code)
                    .put((byte) step.yes)
                    .put((byte) step.no)
                    .putInt(step.k);
        }
        return bytes.array();
    }
}
