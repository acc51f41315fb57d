package dev.skiff.linux.seccomp;

/** Where {@code struct seccomp_data} keeps what a filter can ask for, linux/seccomp.h. */
final class SeccompData {
    static final int NUMBER = 0;
    static final int ARCHITECTURE = 4;

    private static final int ARGUMENTS = 16;

    private SeccompData() {}

    static int low(int argument) {
        return ARGUMENTS + 8 * argument;
    }

    static int high(int argument) {
        return low(argument) + 4;
    }

    /** The name of what lies there. */
    static String nameOf(int offset) {
        if (offset < ARGUMENTS) {
            return offset == NUMBER ? "number" : offset == ARCHITECTURE ? "architecture" : "address";
        }
        int argument = (offset - ARGUMENTS) / 8;
        return "argument " + argument + (offset == low(argument) ? " low" : " high");
    }
}
