package dev.skiff.linux.tree;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.LineWriter;
import dev.skiff.linux.program.Program;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Lines that are run in one go, and what they point to, in a part of the agent's memory of their own. */
final class Batch {
    /** As much of a path as the kernel takes at once; longer ones are walked in steps (PATH_MAX is 4096). */
    private static final int LONGEST_PATH = 4000;

    private static final int ALIGNMENT = 8;

    private final ByteBuffer memory;
    private final LineWriter lines;
    private final int firstLine;
    private final int endLine;
    private final int dataStart;
    private final int dataEnd;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private int data;

    /**
     * @param memory of the agent, from its first line
     * @param firstLine where its lines begin
     * @param dataStart where its data begins, in bytes
     */
    Batch(ByteBuffer memory, int firstLine, int lineCount, int dataStart, int dataBytes) {
        this.memory = memory;
        this.lines = new LineWriter(memory);
        this.firstLine = firstLine;
        this.endLine = firstLine + lineCount;
        this.dataStart = dataStart;
        this.dataEnd = dataStart + dataBytes;
        clear();
    }

    Batch clear() {
        lines.seek(firstLine);
        data = dataStart;
        operations.clear();
        starts.clear();
        return this;
    }

    boolean isEmpty() {
        return lines.line() == firstLine;
    }

    int firstLine() {
        return firstLine;
    }

    /** Whether that much may be added, and the line that ends it all. */
    boolean fits(int moreLines, long moreBytes) {
        return lines.line() + moreLines < endLine && moreBytes <= room();
    }

    /** Bytes of data that may still be added; a little is kept back for alignment. */
    int room() {
        return dataEnd - data - ALIGNMENT;
    }

    // ---- what the lines are for

    /** The lines that follow belong to that operation. */
    void begin(Operation operation) {
        operations.add(operation);
        starts.add(lines.line());
    }

    /** The operation that a line belongs to, by its place in this batch. */
    int indexOf(int line) {
        int index = operations.size() - 1;
        while (index > 0 && starts.get(index) > line) {
            index--;
        }
        return index;
    }

    Operation operation(int index) {
        return operations.get(index);
    }

    /** Where the lines of an operation start; that after the last is the end of the batch. */
    int start(int index) {
        return index < starts.size() ? starts.get(index) : lines.line();
    }

    Call callOf(int line) {
        return Call.of(lines.callOf(line));
    }

    // ---- lines

    LineWriter call(Call call, long... args) {
        return lines.call(call.number, args);
    }

    /** Keeps the result of the last line, error or not, in memory, by way of that register. */
    void lastResult(int register, long address) {
        lines.into(register);
        lines.store(register, address, 8);
    }

    LineWriter expect(Call call, long address, int size, long mask, long value, Errno error) {
        return lines.expect(call.number, address, size, mask, value, error);
    }

    void end() {
        lines.end();
    }

    /**
     * Makes that path usable: goes into directories as far as it is too long for one call.
     *
     * @return the address of what is left of it, for the calls that follow
     */
    long path(RawPath path) {
        byte[] bytes = absolute(path);
        int start = 0;
        while (bytes.length - start > LONGEST_PATH) {
            int end = start + LONGEST_PATH;
            while (end > start && bytes[end] != '/') {
                end--;
            }
            if (end == start) {
                break; // a name that long: the kernel will say so
            }
            call(Call.CHDIR, string(bytes, start, end - start));
            start = end + 1;
        }
        return string(bytes, start, bytes.length - start);
    }

    /** From the tree's root, so that it does not matter where an earlier line has gone. */
    private static byte[] absolute(RawPath path) {
        byte[] relative = path.bytes();
        byte[] absolute = new byte[relative.length + 1];
        absolute[0] = '/';
        System.arraycopy(relative, 0, absolute, 1, relative.length);
        return absolute;
    }

    /** Whether one call takes all of it. */
    static boolean isShort(RawPath path) {
        return path.length() < LONGEST_PATH;
    }

    /** How many lines and bytes {@link #path} may take. */
    static int pathLines(RawPath path) {
        return path.length() / (LONGEST_PATH - 256) + 1;
    }

    static int pathBytes(RawPath path) {
        return path.length() + pathLines(path) + 2;
    }

    // ---- data

    long string(byte[] text) {
        return string(text, 0, text.length);
    }

    private long string(byte[] from, int offset, int length) {
        long address = bytes(from, offset, length);
        memory.put(data++, (byte) 0);
        return address;
    }

    long bytes(byte[] from, int offset, int length) {
        memory.put(data, from, offset, length);
        data += length;
        return Program.ARENA + data - length;
    }

    long longs(long... values) {
        long address = reserve(8 * values.length);
        for (int i = 0; i < values.length; i++) {
            memory.putLong(offset(address) + 8 * i, values[i]);
        }
        return address;
    }

    /** Room for what a call writes, at a multiple of 8; what was there before is there still. */
    long reserve(int length) {
        data = (data + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        data += length;
        return Program.ARENA + data - length;
    }

    /** The place of an address in the memory. */
    static int offset(long address) {
        return (int) (address - Program.ARENA);
    }

    ByteBuffer memory() {
        return memory;
    }
}
