package dev.skiff.linux.seccomp;

import dev.skiff.oci.runtime.SeccompArg;
import dev.skiff.oci.runtime.SeccompOperator;

/**
 * A test of one argument, as wide as the kernel reads it.
 *
 * @param mask the bits that are compared, for {@link SeccompOperator#SCMP_CMP_MASKED_EQ}; else all
 * @param narrow whether the lower 32 bits are all that counts
 */
record Condition(int argument, SeccompOperator operator, long value, long mask, boolean narrow) {
    private static final long LOW = 0xffff_ffffL;

    static Condition of(SeccompArg arg, boolean narrow) {
        boolean masked = arg.op() == SeccompOperator.SCMP_CMP_MASKED_EQ;
        long value = masked ? arg.valueTwo().orElse(0L) : arg.value();
        // A negative number is written with all upper bits set, and is the same number without them.
        boolean negative = narrow && (value & ~LOW) == ~LOW;
        return new Condition(arg.index(), arg.op(), negative ? value & LOW : value, masked ? arg.value() : -1L, narrow);
    }

    /** Whether this names what it wants, rather than a range. */
    boolean isExact() {
        return operator == SeccompOperator.SCMP_CMP_EQ;
    }

    /** Writes the test: it goes on at {@code yes} or at {@code no}, never behind itself. */
    void emit(Assembler asm, Label yes, Label no) {
        switch (operator) {
            case SCMP_CMP_EQ, SCMP_CMP_MASKED_EQ -> emitEqual(asm, yes, no);
            case SCMP_CMP_NE -> emitEqual(asm, no, yes);
            case SCMP_CMP_GT -> emitOrder(asm, Instruction.JUMP_GREATER, yes, no);
            case SCMP_CMP_GE -> emitOrder(asm, Instruction.JUMP_AT_LEAST, yes, no);
            case SCMP_CMP_LE -> emitOrder(asm, Instruction.JUMP_GREATER, no, yes);
            case SCMP_CMP_LT -> emitOrder(asm, Instruction.JUMP_AT_LEAST, no, yes);
        }
    }

    private void emitEqual(Assembler asm, Label yes, Label no) {
        if (narrow) {
            // A value that 32 bits cannot hold is never met: the comparison with its lower half must not stand for it.
            emitEqualHalf(asm, SeccompData.low(argument), low(mask), low(value), high(value) == 0 ? yes : no, no);
        } else if (high(mask) == 0 && high(value) == 0) {
            emitEqualHalf(asm, SeccompData.low(argument), low(mask), low(value), yes, no);
        } else {
            Label rest = new Label();
            emitEqualHalf(asm, SeccompData.high(argument), high(mask), high(value), rest, no);
            asm.place(rest);
            emitEqualHalf(asm, SeccompData.low(argument), low(mask), low(value), yes, no);
        }
    }

    private static void emitEqualHalf(Assembler asm, int offset, int mask, int value, Label yes, Label no) {
        asm.load(offset);
        if (mask != -1) {
            asm.and(mask);
        }
        asm.jumpIf(Instruction.JUMP_EQUAL, value, yes, no);
    }

    /** {@code more}: greater than the value, or at least it, as {@code code} says; {@code notMore}: all else. */
    private void emitOrder(Assembler asm, int code, Label more, Label notMore) {
        if (!narrow) {
            emitOrderHigh(asm, more, notMore);
        }
        asm.load(SeccompData.low(argument));
        boolean reachable = !narrow || high(value) == 0;
        asm.jumpIf(code, low(value), reachable ? more : notMore, notMore);
    }

    private void emitOrderHigh(Assembler asm, Label more, Label notMore) {
        Label equal = new Label();
        asm.load(SeccompData.high(argument));
        if (high(value) == 0) {
            asm.jumpIf(Instruction.JUMP_EQUAL, 0, equal, more);
        } else {
            Label notGreater = new Label();
            asm.jumpIf(Instruction.JUMP_GREATER, high(value), more, notGreater);
            asm.place(notGreater);
            asm.jumpIf(Instruction.JUMP_EQUAL, high(value), equal, notMore);
        }
        asm.place(equal);
    }

    private static int low(long value) {
        return (int) value;
    }

    private static int high(long value) {
        return (int) (value >>> 32);
    }
}
