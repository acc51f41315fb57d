package dev.skiff.linux.seccomp;

/** A place in a program that jumps can name before it is there. One {@link Assembler} uses it. */
final class Label {
    static final int UNKNOWN = -1;

    /** The place's distance from the end of the program, during assembly. */
    private int fromEnd = UNKNOWN;

    int fromEnd() {
        if (fromEnd == UNKNOWN) {
            throw new AssertionError("a jump in a seccomp filter leads backwards, or to a label that was never placed");
        }
        return fromEnd;
    }

    void moveTo(int distance) {
        fromEnd = distance;
    }
}
