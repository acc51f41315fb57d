package dev.skiff.linux.program;

/** An argument of a line: what the kernel gets, and how a person would write it. */
public sealed interface Arg permits Arg.Value, Arg.Address, Register {
    long value();

    /** As strace(1) would print it. */
    String text();

    /** A plain number, a set of flags, or a descriptor that is known beforehand such as {@code AT_FDCWD}. */
    record Value(long value, String text) implements Arg {}

    /** Where something lies in the program's data. */
    record Address(long value, String text) implements Arg {
        /** The place that many bytes further on. */
        public Address plus(long bytes, String name) {
            return new Address(value + bytes, name);
        }
    }

    static Arg of(long value) {
        return new Value(value, Long.toString(value));
    }

    static Arg octal(long value) {
        return new Value(value, "0" + Long.toOctalString(value));
    }

    /** A number with a name, such as {@code MS_REC|MS_SLAVE}. */
    static Arg named(String name, long value) {
        return new Value(value, name);
    }

    /** The null pointer. */
    static Arg none() {
        return new Value(0, "NULL");
    }
}
