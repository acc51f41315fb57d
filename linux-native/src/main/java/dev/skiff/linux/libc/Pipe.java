package dev.skiff.linux.libc;

/**
 * A pipe: pipe(7).
 *
 * @param read the end to read from
 * @param write the end to write to
 */
public record Pipe(Descriptor read, Descriptor write) implements AutoCloseable {
    public static Pipe open() {
        int[] ends = new int[2];
        Libc.check(Libc.pipe2(ends, Libc.O_CLOEXEC), "pipe2", "", "connect the streams of a process");
        return new Pipe(new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    @Override
    public void close() {
        read.close();
        write.close();
    }
}
