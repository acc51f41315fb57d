package dev.skiff.linux.program;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** One line of a {@link Program}, refined by the calls that follow its making. */
public final class Line {
    /** Bytes of a line in memory ({@code struct line} in launcher.h). */
    static final int BYTES = 80;

    private static final int NONE = 0xffff;
    private static final int MOST_ALLOWED = 4;

    private final Op op;
    private final String name;
    private final int number;
    private final Arg[] args;
    private final String purpose;
    private final String remedy;
    private final short[] allowed = new short[MOST_ALLOWED];
    private int allowedCount;
    private @Nullable Register out;
    private @Nullable Label onError;
    private @Nullable Label onZero;
    private @Nullable Line replacement;

    Line(Op op, String name, int number, String purpose, String remedy, Arg... args) {
        this.op = op;
        this.name = name;
        this.number = number;
        this.purpose = purpose;
        this.remedy = remedy;
        this.args = args;
    }

    /** Keeps the result in a register. */
    public Line into(Register register) {
        out = register;
        return this;
    }

    /** Lets the program go on after one of these errors, at the next line unless {@link #orElse} says otherwise. */
    public Line allow(Errno... errors) {
        for (Errno error : errors) {
            allowed[allowedCount++] = (short) error.number();
        }
        return this;
    }

    /** Lets the program go on whatever the call says. */
    public Line allowAny() {
        allowed[allowedCount++] = (short) NONE;
        return this;
    }

    /** Where to go after an allowed error. */
    public Line orElse(Label label) {
        onError = label;
        return this;
    }

    /** Where to go after a result of 0: the child's part, after {@code clone3}. */
    public Line whenZero(Label label) {
        onZero = label;
        return this;
    }

    /** Is another line to the launcher; what it says when it fails stays its own. */
    void replaceBy(Line other) {
        replacement = other;
    }

    void encode(ByteBuffer to) {
        Line line = replacement == null ? this : replacement;
        int registers = 0;
        for (int i = 0; i < line.args.length; i++) {
            registers |= line.args[i] instanceof Register ? 1 << i : 0;
        }
        to.putShort(line.op.number)
                .putShort((short) registers)
                .putShort((short) (out == null ? NONE : out.number()))
                .putShort((short) 0);
        to.putInt(line.number).putInt(onZero == null ? 0 : onZero.line());
        for (int i = 0; i < 6; i++) {
            to.putLong(i < line.args.length ? line.args[i].value() : 0);
        }
        for (short error : allowed) {
            to.putShort(error);
        }
        to.putInt(onError == null ? 0 : onError.line()).putInt(0);
    }

    SyscallException failure(int errno) {
        return new SyscallException(name, argumentText(), Errno.nameOf(errno), purpose, remedy);
    }

    LineText words() {
        return new LineText(name, argumentText(), purpose, remedy);
    }

    String purpose() {
        return purpose;
    }

    private String argumentText() {
        StringJoiner text = new StringJoiner(", ");
        for (Arg arg : args) {
            text.add(arg.text());
        }
        return text.toString();
    }

    /** As {@link Program#explain} prints it. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (out != null) {
            text.append(out.name()).append(" = ");
        }
        text.append(name).append('(').append(argumentText()).append(')');
        if (allowedCount > 0) {
            text.append(", may fail with ").append(allowedText());
            text.append(onError == null ? "" : ", then line " + onError.line());
        }
        if (onZero != null) {
            text.append(op == Op.JUMP ? " line " : ", if 0 line ").append(onZero.line());
        }
        return text.toString();
    }

    private String allowedText() {
        StringJoiner names = new StringJoiner("|");
        for (short error : Arrays.copyOf(allowed, allowedCount)) {
            names.add(error == (short) NONE ? "anything" : Errno.nameOf(error));
        }
        return names.toString();
    }
}
