package dev.skiff.benchmarks;

import dev.skiff.linux.program.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a program of system calls as the function of a C program: the same calls in the same order, with nothing to receive, to decode
 * or to look up. It is read as the launcher reads it ({@code struct line} in launcher.h).
 */
final class ProgramInC {
    private static final int LINE_BYTES = 80;
    private static final int ARGUMENTS = 6;
    private static final int ALLOWED = 4;
    private static final int NONE = 0xffff;

    private final ByteBuffer code;
    private final StringBuilder text = new StringBuilder();

    private ProgramInC(Program program) {
        this.code = ByteBuffer.wrap(program.code()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@code static void run(void)}; it uses sys, load, store, fail, supervise and the array r of a runner. */
    static String function(Program program) {
        ProgramInC writer = new ProgramInC(program);
        Set<Integer> targets = new TreeSet<>();
        for (int i = 0; i < program.size(); i++) {
            targets.add(writer.code.getInt(i * LINE_BYTES + 12));
            targets.add(writer.code.getInt(i * LINE_BYTES + 72));
        }
        writer.text.append("static void run(void) {\n    s64 v;\n");
        for (int i = 0; i < program.size(); i++) {
            if (targets.contains(i) && i > 0) {
                writer.text.append('L').append(i).append(": ");
            }
            writer.line(i);
        }
        return writer.text.append("    return;\n}\n").toString();
    }

    /** What the program's calls read and write: {@code static const u8 data[]}. */
    static String data(Program program) {
        StringBuilder text = new StringBuilder("static const u8 data[] = {");
        for (byte each : program.data()) {
            text.append(each & 0xff).append(',');
        }
        return text.append("};\n").toString();
    }

    private void line(int number) {
        int at = number * LINE_BYTES;
        switch (code.getShort(at)) {
            case 0 -> text.append("    return;\n");
            case 1 -> call(number, at);
            case 2 -> text.append("    goto L").append(code.getInt(at + 12)).append(";\n");
            case 3 -> text.append("    store(" + arguments(at, 3) + ");\n");
            case 4 -> text.append("    r[" + out(at) + "] = load(" + arguments(at, 2) + ");\n");
            case 5 -> {
                text.append("    v = expect(" + arguments(at, 5) + ");\n");
                after(number, at);
            }
            case 6 -> text.append("    report_to = (int)" + argument(at, 0) + ";\n");
            case 8 -> text.append("    supervise(" + argument(at, 0) + ");\n");
            default -> throw new IllegalArgumentException("line " + number + " is none of a start");
        }
    }

    private void call(int number, int at) {
        text.append("    v = sys(").append(code.getInt(at + 8)).append(", ").append(arguments(at, ARGUMENTS));
        text.append(");\n");
        if (out(at) != NONE) {
            text.append("    r[").append(out(at)).append("] = (u64)v;\n");
        }
        after(number, at);
        if (code.getInt(at + 12) != 0) {
            text.append("    if (v == 0) goto L").append(code.getInt(at + 12)).append(";\n");
        }
    }

    /** What comes of an error: the next line, another, or the end. */
    private void after(int number, int at) {
        StringBuilder allowed = new StringBuilder();
        for (int i = 0; i < ALLOWED; i++) {
            int error = code.getShort(at + 64 + 2 * i) & NONE;
            if (error != 0) {
                allowed.append(error == NONE ? " || 1" : " || v == -" + error);
            }
        }
        int target = code.getInt(at + 72);
        text.append("    if (v < 0 && v > -4096) { if (!(0").append(allowed).append(")) fail(").append(number);
        text.append(", v);").append(target == 0 ? "" : " goto L" + target + ";").append(" }\n");
    }

    private String arguments(int at, int count) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < count; i++) {
            list.append(i == 0 ? "" : ", ").append(argument(at, i));
        }
        return list.toString();
    }

    private String argument(int at, int index) {
        long value = code.getLong(at + 16 + 8 * index);
        boolean register = (code.getShort(at + 2) >> index & 1) != 0;
        return register ? "r[" + value + "]" : "0x" + Long.toHexString(value) + "UL";
    }

    private int out(int at) {
        return code.getShort(at + 4) & NONE;
    }
}
