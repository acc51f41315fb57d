package dev.skiff.linux.program;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A list of system calls for the launcher to run, written line by line. What is being done, and what a person can do when it
 * fails, is said once with {@link #purpose} for the lines that follow. Not thread-safe; once encoded, read only.
 */
public final class Program {
    /** Where the launcher maps every program ({@code ARENA} in launcher.h). */
    public static final long ARENA = 0x10_0000_0000L;

    /** Bytes kept for lines ahead of the data; untouched pages of it cost nothing. */
    public static final int CODE_BYTES = 1 << 20;

    private static final int NO_LINE = -1; // in launcher.h

    private final SyscallTable calls;
    private final List<Line> lines = new ArrayList<>();
    private final DataSegment data = new DataSegment(ARENA + CODE_BYTES);
    private int nextRegister;
    private String purpose = "";
    private String remedy = "";

    public Program() {
        this(0);
    }

    /** A program that leaves the registers below {@code firstRegister} as earlier programs of the same agent set them. */
    public Program(int firstRegister) {
        this.calls = SyscallTable.of(Architecture.host());
        this.nextRegister = firstRegister;
    }

    /** Says what the lines that follow are for. */
    public void purpose(String what) {
        purpose(what, "");
    }

    /** Says what the lines that follow are for, and what to try when they fail. */
    public void purpose(String what, String toTry) {
        purpose = what;
        remedy = toTry;
    }

    /** Says so of the lines that this adds, and of none that come after it. */
    public void purpose(String what, String toTry, Runnable lines) {
        String whatBefore = purpose;
        String toTryBefore = remedy;
        purpose(what, toTry);
        lines.run();
        purpose(whatBefore, toTryBefore);
    }

    // ---- data

    /** A string, with its terminating NUL. */
    public Arg.Address string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8), "\"" + text + "\"");
    }

    /** A string of any bytes but NUL, and its terminating NUL; {@code text} is how {@link #explain} shows it. */
    public Arg.Address string(byte[] bytes, String text) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                throw new IllegalArgumentException(
                        purpose + ": the kernel would cut a string short at its NUL, which is byte " + i);
            }
        }
        byte[] terminated = Arrays.copyOf(bytes, bytes.length + 1);
        return new Arg.Address(data.add(terminated), text);
    }

    public Arg.Address bytes(byte[] content, String text) {
        return new Arg.Address(data.add(content), text);
    }

    /** A structure of 64-bit words. */
    public Arg.Address words(String text, long... words) {
        Arg.Address at = reserve(8 * words.length, text);
        for (int i = 0; i < words.length; i++) {
            data.putLong(at.value() + 8L * i, words[i]);
        }
        return at;
    }

    /** A structure of 32-bit words. */
    public Arg.Address ints(String text, int... words) {
        Arg.Address at = reserve(4 * words.length, text);
        for (int i = 0; i < words.length; i++) {
            data.putInt(at.value() + 4L * i, words[i]);
        }
        return at;
    }

    /** A null-terminated array of strings, such as {@code argv}. */
    public Arg.Address strings(List<String> texts) {
        return strings(texts, "[" + String.join(", ", texts) + "]");
    }

    /** Such an array that is shown as {@code text}: {@code envp} may hold what is nobody else's business. */
    public Arg.Address strings(List<String> texts, String text) {
        long[] pointers = new long[texts.size() + 1];
        for (int i = 0; i < texts.size(); i++) {
            pointers[i] = string(texts.get(i)).value();
        }
        return words(text, pointers);
    }

    /** Room for what a call writes. */
    public Arg.Address reserve(int length, String text) {
        return new Arg.Address(data.reserve(length), text);
    }

    // ---- lines

    public Register register(String name) {
        return new Register(nextRegister++, name);
    }

    /** A system call, by its name in section 2 of the manual. */
    public Line call(String name, Arg... args) {
        return add(new Line(Op.CALL, name, calls.number(name), purpose, remedy, args));
    }

    public Label label() {
        return new Label();
    }

    /** The label means the line that comes next. */
    public void place(Label label) {
        label.place(lines.size());
    }

    public void jump(Label label) {
        add(new Line(Op.JUMP, "go to", 0, purpose, remedy)).whenZero(label);
    }

    /** Writes a register into the data, as 4 or 8 bytes: a descriptor into a structure, say. */
    public void store(Register from, Arg.Address to, int size) {
        add(new Line(Op.STORE, "store", 0, purpose, remedy, to, from, Arg.of(size)));
    }

    /** Reads 1, 2, 4 or 8 bytes of the data. */
    public Line load(Arg.Address from, int size) {
        return add(new Line(Op.LOAD, "load", 0, purpose, remedy, from, Arg.of(size)));
    }

    /** Goes on only if the data there, masked, is that value; else it is as if a call had failed with {@code errno}. */
    public Line expect(Arg.Address at, int size, long mask, long value, int errno) {
        return add(new Line(
                Op.EXPECT,
                "expect",
                0,
                purpose,
                remedy,
                at,
                Arg.of(size),
                Arg.named("mask 0x" + Long.toHexString(mask), mask),
                Arg.named("value 0x" + Long.toHexString(value), value),
                Arg.of(errno)));
    }

    /** From here on this is another process: failures are written to that descriptor, and end it. */
    public void child(Register reportTo) {
        add(new Line(Op.CHILD, "report to", 0, purpose, remedy, reportTo));
    }

    /** This process becomes an agent: it waits for programs at descriptor 3. */
    public void agent() {
        add(new Line(Op.AGENT, "serve", 0, purpose, remedy));
    }

    /** This process looks after a container until it ends ({@code struct watch} in launcher.h), then goes on. */
    public void supervise(Arg.Address watch) {
        add(new Line(Op.SUPERVISE, "supervise", 0, purpose, remedy, watch));
    }

    /** The program is over. */
    public void end() {
        add(new Line(Op.END, "end", 0, purpose, remedy));
    }

    private Line add(Line line) {
        if ((lines.size() + 2L) * Line.BYTES > CODE_BYTES) {
            throw new IllegalStateException("the program has no room for more than " + lines.size() + " lines");
        }
        lines.add(line);
        return line;
    }

    /** Has a line fail with that error and do nothing else, so that what follows on it can be seen: for drills. */
    public void fail(int line, Errno error) {
        // the program's first byte, masked, is never 1
        lines.get(line)
                .replaceBy(new Line(
                        Op.EXPECT,
                        "expect",
                        0,
                        "",
                        "",
                        Arg.of(ARENA),
                        Arg.of(1),
                        Arg.of(0),
                        Arg.of(1),
                        Arg.of(error.number())));
    }

    /** Has the process that comes to a line end there without a word: for drills. */
    public void exit(int line) {
        lines.get(line).replaceBy(new Line(Op.CALL, "exit_group", calls.number("exit_group"), "", "", Arg.of(1)));
    }

    // ---- reading it

    public int size() {
        return lines.size();
    }

    public int dataLength() {
        return data.length();
    }

    /** Bytes of memory that the launcher has to map for it. */
    public long length() {
        return CODE_BYTES + (long) data.length();
    }

    public byte[] code() {
        ByteBuffer code = ByteBuffer.allocate((lines.size() + 1) * Line.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        lines.forEach(line -> line.encode(code));
        return code.array(); // the last line is all zero, which is END
    }

    public byte[] data() {
        return data.toBytes();
    }

    /** What the launcher's report of a failed line means. */
    public SyscallException failure(int line, int errno) {
        if (line == NO_LINE) {
            return new SyscallException(
                    "mmap",
                    length() + " bytes",
                    Errno.nameOf(errno),
                    "take over a program"
                            + (lines.isEmpty() ? "" : " to " + lines.get(0).purpose()),
                    "memory is short for the launcher, or its address space is limited (ulimit -v)");
        }
        if (line < 0 || line >= lines.size()) {
            throw new AssertionError(
                    "the launcher failed in line " + line + " of " + lines.size() + ": errno " + errno);
        }
        return lines.get(line).failure(errno);
    }

    /** What a failure of that line would be told with. */
    public LineText text(int line) {
        return lines.get(line).words();
    }

    /** The program as text, a call a line, as strace(1) would show it, below what each part is for. */
    public String explain() {
        StringBuilder text = new StringBuilder();
        String said = "";
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (!line.purpose().equals(said)) {
                said = line.purpose();
                text.append("# ").append(said).append('\n');
            }
            text.append(String.format("%4d  %s%n", i, line.text()));
        }
        return text.toString();
    }
}
