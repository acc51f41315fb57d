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
import dev.skiff.linux.abi.Errno;
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

    private static final int LONGEST_TARGET = 4095;
    private static final int PIECE = 1 << 16;
    /** What an agent for a tree needs for its programs. */
    public static final int MEMORY = Pipeline.MEMORY;

    private static final int AT_FDCWD = -100;
    private static final int CLONE_NEWNS = 0x20000;
    private static final int CLONE_NEWUSER = 0x10000000;

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
        return of(root, enter(directory.toAbsolutePath()), oneOwner);
    }

    /**
     * What a program makes an agent's root.
     *
     * @param oneOwner see {@link #open}
     */
    public static AgentTree of(RootAgent root, Program program, boolean oneOwner) {
        Agent agent = root.forkAgent(Pipeline.MEMORY);
        try {
            agent.run(program);
            return new AgentTree(agent, oneOwner);
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    /**
     * The files of a container, as its own processes see them.
     *
     * @param agent was forked by the container's supervisor, and holds the container's pidfd in its first register
     * @param oneOwner see {@link #open}
     * @param first the container's first process
     */
    public static AgentTree inside(String container, Agent agent, boolean oneOwner, First first) {
        try {
            agent.run(first.ownMounts() ? join(container, first.ownUsers()) : enter(container, first.pid()));
            return new AgentTree(agent, oneOwner);
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    /**
     * Where a container's own files are found.
     *
     * @param pid of its first process
     * @param ownUsers whether ids are those of a user namespace of the container's own
     * @param ownMounts whether there is a mount namespace that has its root; otherwise it is that of the first process alone
     */
    public record First(long pid, boolean ownUsers, boolean ownMounts) {}

    private static Program enter(String container, long pid) {
        Program program = new Program(1);
        program.purpose("work on the files of container " + container, "it may have ended just now");
        Register pidfd = new Register(0, "container's pidfd");
        Register root = program.register("root");
        program.call(
                        "openat",
                        Arg.named("AT_FDCWD", AT_FDCWD),
                        program.string("/proc/" + pid + "/root"),
                        Arg.named("O_PATH|O_DIRECTORY|O_CLOEXEC", O_PATH | O_DIRECTORY | O_CLOEXEC))
                .into(root);
        program.call("pidfd_send_signal", pidfd, Arg.of(0), Arg.none(), Arg.of(0)); // the number is still its own
        program.call("close", pidfd);
        enter(program, root);
        return program;
    }

    /** Root and working directory become those of the mount namespace that is joined (setns(2)). */
    private static Program join(String container, boolean ownUsers) {
        Program program = new Program(1);
        program.purpose("work on the files of container " + container, "it may have ended just now");
        Register pidfd = new Register(0, "container's pidfd");
        if (ownUsers) {
            program.call(
                    "setns",
                    pidfd,
                    Arg.named(
                            "CLONE_NEWUSER|CLONE_NEWNS", CLONE_NEWUSER | CLONE_NEWNS)); // and leaves what can be dumped
            program.call("setresgid", Arg.of(0), Arg.of(0), Arg.of(0));
            program.call("setgroups", Arg.of(0), Arg.none());
            program.call("setresuid", Arg.of(0), Arg.of(0), Arg.of(0));
        } else {
            program.call("setns", pidfd, Arg.named("CLONE_NEWNS", CLONE_NEWNS));
        }
        program.call("close", pidfd);
        program.call("umask", Arg.of(0));
        return program;
    }

    private static Program enter(Path directory) {
        Program program = new Program();
        program.purpose("work on the tree in " + directory);
        Register root = program.register("root");
        Arg flags = Arg.named("O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        program.call("openat", Arg.named("AT_FDCWD", AT_FDCWD), program.string(directory.toString()), flags)
                .into(root);
        enter(program, root);
        return program;
    }

    private static void enter(Program program, Register root) {
        program.call("fchdir", root);
        program.call("close", root);
        program.call("chroot", program.string("."));
        program.call("umask", Arg.of(0));
    }

    // ---- writing

    @Override
    public void makeDirectory(RawPath path, FileMetadata metadata) {
        Operation operation = Operation.of(Operation.Kind.DIRECTORY, path);
        check(operation, metadata, FileMetadata.S_IFDIR);
        write(() -> writer.directory(operation, metadata));
    }

    @Override
    public void writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
        Operation operation = Operation.of(Operation.Kind.FILE, path);
        checkNew(operation, metadata, FileMetadata.S_IFREG);
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
        Operation operation = Operation.of(Operation.Kind.SYMLINK, path);
        checkNew(operation, metadata, FileMetadata.S_IFLNK);
        operation.check(target.length <= LONGEST_TARGET, Call.SYMLINKAT, Errno.ENAMETOOLONG);
        operation.check(indexOfNul(target) < 0, Call.SYMLINKAT, Errno.EINVAL);
        write(() -> writer.symlink(operation, target, metadata));
    }

    @Override
    public void makeHardLink(RawPath path, RawPath existing) {
        Operation operation = new Operation(Operation.Kind.HARD_LINK, path, Optional.of(existing));
        refuseRoot(path);
        check(operation);
        check(Operation.of(Operation.Kind.HARD_LINK, existing));
        write(() -> writer.hardLink(operation, existing));
    }

    @Override
    public void makeHardLinks(RawPath directory, RawPath existing, List<RawPath> names) {
        Operation way = new Operation(Operation.Kind.HARD_LINK, directory, Optional.of(existing));
        check(way);
        check(Operation.of(Operation.Kind.HARD_LINK, existing));
        names.forEach(AgentTree::refuseRoot);
        write(() -> writer.hardLinks(way, existing, names));
    }

    @Override
    public void makeNode(RawPath path, FileMetadata metadata) {
        Operation operation = Operation.of(Operation.Kind.NODE, path);
        checkNew(operation, metadata, metadata.type());
        if (metadata.isRegular() || metadata.isDirectory() || metadata.isSymlink()) {
            throw new IllegalArgumentException("make node " + path + ": its mode 0"
                    + Integer.toOctalString(metadata.mode()) + " is not that of a FIFO, a socket or a device");
        }
        write(() -> writer.node(operation, metadata));
    }

    @Override
    public void remove(RawPath path) {
        Operation operation = Operation.of(Operation.Kind.REMOVE, path);
        check(operation);
        write(() -> writer.remove(operation));
    }

    @Override
    public void setMetadata(RawPath path, FileMetadata metadata) {
        Operation operation = Operation.of(Operation.Kind.METADATA, path);
        check(operation, metadata, metadata.type());
        write(() -> writer.metadata(operation, metadata));
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
        check(Operation.of(Operation.Kind.STAT, path));
        return read(() -> lookup.stat(path));
    }

    @Override
    public List<TreeEntry> list(RawPath directory) {
        check(Operation.of(Operation.Kind.LIST, directory));
        return read(() -> lookup.list(directory));
    }

    @Override
    public InputStream read(RawPath file) {
        check(Operation.of(Operation.Kind.READ, file));
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

    private static void check(Operation operation) {
        operation.check(operation.path().length() <= LONGEST_PATH, Call.OPENAT, Errno.ENAMETOOLONG);
    }

    private static void check(Operation operation, FileMetadata metadata, int type) {
        if (metadata.type() != type) {
            throw new IllegalArgumentException(operation.purpose() + ": mode 0" + Integer.toOctalString(metadata.mode())
                    + " is that of another type of file than 0" + Integer.toOctalString(type));
        }
        check(operation);
        operation.check(Attributes.fit(metadata), Call.FSETXATTR, Errno.E2BIG);
        operation.check(Attributes.areNamed(metadata), Call.FSETXATTR, Errno.EINVAL);
    }

    private static void checkNew(Operation operation, FileMetadata metadata, int type) {
        refuseRoot(operation.path());
        check(operation, metadata, type);
    }

    private static int indexOfNul(byte[] text) {
        int at = text.length - 1;
        while (at >= 0 && text[at] != 0) {
            at--;
        }
        return at;
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
