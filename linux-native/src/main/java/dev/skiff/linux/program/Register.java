package dev.skiff.linux.program;

/** Where the launcher keeps the result of a line, for later lines to use. */
public record Register(int number, String name) implements Arg {
    /** How many there are ({@code REGISTERS} in launcher.h). */
    public static final int COUNT = 512;

    public Register {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("register " + number + " (" + name + ") of " + COUNT);
        }
    }

    @Override
    public long value() {
        return number;
    }

    @Override
    public String text() {
        return name;
    }
}
