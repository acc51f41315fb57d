package dev.skiff.linux.program;

/** A place in a program to go to, known once it has been {@linkplain Program#place placed}. */
public final class Label {
    private static final int NOWHERE = -1;

    private int line = NOWHERE;

    Label() {}

    void place(int at) {
        if (line != NOWHERE) {
            throw new AssertionError("the label is at line " + line + " already");
        }
        line = at;
    }

    int line() {
        if (line == NOWHERE) {
            throw new AssertionError("a line goes to a label that was never placed");
        }
        return line;
    }
}
