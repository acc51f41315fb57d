package dev.skiff.linux.tree;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_DIRECTORY;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_PATH;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tree that an agent works on, which has it as its root directory. The lock is for closing it from another thread:
 * memory that is no longer mapped must not be touched.
 */
public final class AgentTree implements FileTree {
    /** What is longer is no path that anybody means, and need not fit into a batch. */
    private static final int LONGEST_PATH = 1 << 16;

    private static final int PIECE = 1 << 16;
    private static final int AT_FDCWD = -100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Agent agent;
    private final Pipeline pipeline;
    private final Writer writer;
    private final Lookup lookup;
    private final Reader reader;
    private final byte[] piece = new byte[PIECE];
    private @Nullable RuntimeException failure;
    private @Nullable Boolean devices;
    private boolean open = true;

    private AgentTree(Agent agent, boolean oneOwner) {
        this.agent = agent;
        Attributes attributes = new Attributes(oneOwner);
        this.pipeline = new Pipeline(agent, new Rescuer(attributes));
        this.writer = new Writer(pipeline, attributes);
        this.lookup = new Lookup(pipeline);
        this.reader = new Reader(pipeline);
    }

    /**
     * Opens a directory, which has to be one itself and not a link to one.
     *
     * @param oneOwner whether all files belong to the one user there is, as in a user namespace with a single id
     */
    public static AgentTree open(RootAgent root, Path directory, boolean oneOwner) {
        Agent agent = root.forkAgent(Pipeline.MEMORY);
        try {
            agent.run(enter(directory.toAbsolutePath()));
            return new AgentTree(agent, oneOwner);
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    private static Program enter(Path directory) {
        Program program = new Program();
        program.purpose("work on the tree in " + directory);
        Register root = program.register("root");
        Arg flags = Arg.named("O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        program.call("openat", Arg.named("AT_FDCWD", AT_FDCWD), program.string(directory.toString()), flags)
                .into(root);
        program.call("fchdir", root);
        program.call("close", root);
        program.call("chroot", program.string("."));
        program.call("umask", Arg.of(0));
        return program;
    }

    // ---- writing

    @Override
    public void makeDirectory(RawPath path, FileMetadata metadata) {
        check(path, metadata, FileMetadata.S_IFDIR);
        write(() -> writer.directory(path, metadata));
    }

    @Override
    public void writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
        checkNew(path, metadata, FileMetadata.S_IFREG);
        Operation operation = Operation.of(Operation.Kind.FILE, path);
        write(() -> writer.beginFile(operation));
        try {
            copy(content, metadata.size(), operation);
        } catch (IOException | RuntimeException e) {
            fail(new IllegalStateException(path + " was left half written", e));
            throw e;
        }
        write(() -> writer.endFile(operation, metadata));
    }

    /** Content is waited for without the lock. */
    private void copy(InputStream content, long size, Operation operation) throws IOException {
        long left = size;
        while (left > 0) {
            int count = content.readNBytes(piece, 0, (int) Math.min(left, PIECE));
            if (count == 0) {
                throw new EOFException(operation.purpose() + ": its content ends " + left + " bytes before " + size);
            }
            write(() -> writer.content(operation, piece, count));
            left -= count;
        }
    }

    @Override
    public void makeSymlink(RawPath path, byte[] target, FileMetadata metadata) {
        checkNew(path, metadata, FileMetadata.S_IFLNK);
        write(() -> writer.symlink(path, target, metadata));
    }

    @Override
    public void makeHardLink(RawPath path, RawPath existing) {
        check(path);
        check(existing);
        refuseRoot(path);
        write(() -> writer.hardLink(path, existing));
    }

    @Override
    public void makeNode(RawPath path, FileMetadata metadata) {
        checkNew(path, metadata, metadata.type());
        if (metadata.isRegular() || metadata.isDirectory() || metadata.isSymlink()) {
            throw new IllegalArgumentException("make node " + path + ": its mode 0"
                    + Integer.toOctalString(metadata.mode()) + " is not that of a FIFO, a socket or a device");
        }
        write(() -> writer.node(path, metadata));
    }

    @Override
    public void remove(RawPath path) {
        check(path);
        write(() -> writer.remove(path));
    }

    @Override
    public void setMetadata(RawPath path, FileMetadata metadata) {
        check(path, metadata, metadata.type());
        write(() -> writer.metadata(path, metadata));
    }

    @Override
    public void flush() {
        write(pipeline::drain);
    }

    @Override
    public boolean canMakeDevices() {
        return read(() -> {
            if (devices == null) {
                devices = lookup.canMakeDevices();
            }
            return devices;
        });
    }

    @Override
    public void sync() {
        read(() -> {
            lookup.sync();
            return true;
        });
    }

    // ---- reading

    @Override
    public Optional<TreeEntry> stat(RawPath path) {
        check(path);
        return read(() -> lookup.stat(path));
    }

    @Override
    public List<TreeEntry> list(RawPath directory) {
        check(directory);
        return read(() -> lookup.list(directory));
    }

    @Override
    public InputStream read(RawPath file) {
        check(file);
        return new ContentStream(this, read(() -> reader.open(file)));
    }

    byte[] read(Reader.Source source) {
        return read(source::read);
    }

    /** After the tree itself is closed there is nothing left to close. */
    void close(Reader.Source source) {
        lock.lock();
        try {
            if (open && failure == null) {
                pipeline.drain();
                source.close();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- order

    /** What has failed once is not to be built upon. */
    private void write(Runnable work) {
        lock.lock();
        try {
            checkUsable();
            work.run();
        } catch (SyscallException e) {
            fail(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private <T> T read(Supplier<T> work) {
        lock.lock();
        try {
            flush();
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void checkUsable() {
        if (!open) {
            throw new IllegalStateException("this tree is closed");
        }
        if (failure != null) {
            throw new IllegalStateException("this tree has failed before: " + failure.getMessage(), failure);
        }
    }

    private void fail(RuntimeException why) {
        if (failure == null) {
            failure = why;
        }
    }

    private static void check(RawPath path) {
        if (path.length() > LONGEST_PATH) {
            throw new IllegalArgumentException(
                    "a path of " + path.length() + " bytes; at most " + LONGEST_PATH + " can be handled");
        }
    }

    private void check(RawPath path, FileMetadata metadata, int type) {
        check(path);
        if (metadata.type() != type) {
            throw new IllegalArgumentException(path + " has mode 0" + Integer.toOctalString(metadata.mode())
                    + ", which is that of another type of file than 0" + Integer.toOctalString(type));
        }
        if (Attributes.bytes(metadata) > Pipeline.MOST_METADATA) {
            throw new IllegalArgumentException(
                    path + " has more than " + Pipeline.MOST_METADATA + " bytes of extended attributes");
        }
    }

    private void checkNew(RawPath path, FileMetadata metadata, int type) {
        check(path, metadata, type);
        refuseRoot(path);
    }

    private static void refuseRoot(RawPath path) {
        if (path.isRoot()) {
            throw new IllegalArgumentException("the root of a tree can only be a directory");
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (open) {
                try {
                    if (failure == null) {
                        flush();
                    }
                } finally {
                    open = false;
                    agent.close();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
