package dev.skiff.linux.program;

/** An argument of a line: what the kernel gets, and how a person would write it. */
public sealed interface Arg permits Arg.Number, Arg.Address, Register {
    long value();

    /** As strace(1) would print it. */
    String text();

    /** A plain number, a set of flags, or a descriptor that is known beforehand such as {@code AT_FDCWD}. */
    record Number(long value, String text) implements Arg {}

    /** Where something lies in the program's data. */
    record Address(long value, String text) implements Arg {
        /** The place that many bytes further on. */
        public Address plus(long bytes, String name) {
            return new Address(value + bytes, name);
        }
    }

    static Arg of(long value) {
        return new Number(value, Long.toString(value));
    }

    static Arg octal(long value) {
        return new Number(value, "0" + Long.toOctalString(value));
    }

    /** A number with a name, such as {@code MS_REC|MS_SLAVE}. */
    static Arg named(String name, long value) {
        return new Number(value, name);
    }

    /** The null pointer. */
    static Arg none() {
        return new Number(0, "NULL");
    }
}
