package dev.skiff.linux;

import dev.skiff.linux.tree.DirectReader;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * Looks at files of the host, and reads them, with the kernel's own calls, as whoever this JVM is: what {@code java.nio.file} does,
 * at a fraction of its cost, for those who look at thousands. Paths are bytes, absolute, without a NUL. A call that fails
 * is a {@link SyscallException} that says which and why, but not of which file. Thread-safe.
 */
public final class DirectFiles {
    private final Queue<DirectReader> idle = new ConcurrentLinkedQueue<>();

    private DirectFiles(DirectReader first) {
        idle.add(first);
    }

    /** Nothing where the JVM cannot make such calls: on other systems, or where no native library can be loaded. */
    public static Optional<DirectFiles> ofThisHost() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DirectFiles(new DirectReader()));
        } catch (LinkageError | IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Looks at what has that path; a link that is there is followed, or not. */
    public FileStatus look(byte[] path, boolean followed) {
        DirectReader reader = take();
        try {
            return reader.look(path, followed);
        } finally {
            idle.add(reader);
        }
    }

    /** Tells of all that a directory holds, in no order, by name. */
    public void list(byte[] directory, BiConsumer<byte[], FileStatus> found) {
        DirectReader reader = take();
        try {
            reader.list(directory, found);
        } finally {
            idle.add(reader);
        }
    }

    /** What a symbolic link says, byte for byte. */
    public byte[] readLink(byte[] path) {
        DirectReader reader = take();
        try {
            return reader.readLink(path);
        } finally {
            idle.add(reader);
        }
    }

    /**
     * Reads a regular file that has exactly that many bytes, without following a link.
     *
     * @return what it was like when it had been read; nothing if it is no such file
     */
    public Optional<FileStatus> read(byte[] path, byte[] target, int offset, int length) {
        DirectReader reader = take();
        try {
            return reader.read(path, target, offset, length);
        } finally {
            idle.add(reader);
        }
    }

    private DirectReader take() {
        DirectReader reader = idle.poll();
        return reader == null ? new DirectReader() : reader;
    }
}
