package dev.skiff.linux.testing;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link FileTree} without a disk or privileges, which keeps the same contract as the real one. */
public final class MemoryFileTree implements FileTree {
    private final MemoryFiles files;
    private final boolean devices;
    private boolean open = true;
    private SyscallException pending;
    private Exception failure;

    public MemoryFileTree() {
        this(new MemoryFiles(), true);
    }

    private MemoryFileTree(MemoryFiles files, boolean devices) {
        this.files = files;
        this.devices = devices;
    }

    /** An empty one that cannot make devices, as in a user namespace. */
    public static MemoryFileTree withoutDevices() {
        return new MemoryFileTree(new MemoryFiles(), false);
    }

    /** The same directory opened once more. */
    public MemoryFileTree reopen() {
        return new MemoryFileTree(files, devices);
    }

    /** Whether everything has been synced since the last change. */
    public boolean synced() {
        return files.synced;
    }

    /** All files as text, one a line, for comparing whole trees. */
    public String describe() {
        return TreeText.of(this);
    }

    @Override
    public void makeDirectory(RawPath path, FileMetadata metadata) {
        checkType(path, metadata, FileMetadata.S_IFDIR);
        write(() -> {
            Optional<MemoryFiles.Node> existing = path.isRoot() ? files.find(path) : files.findMaking(path);
            if (existing.isPresent() && existing.get().isDirectory()) {
                existing.get().set(metadata);
            } else {
                files.place(path, files.create(metadata.withSize(0)));
            }
        });
    }

    @Override
    public void writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
        checkNew(path, metadata, FileMetadata.S_IFREG);
        byte[] bytes;
        try {
            bytes = content.readNBytes((int) Math.min(metadata.size(), Integer.MAX_VALUE));
            if (bytes.length < metadata.size()) {
                throw new EOFException("write " + path + ": its content ends early");
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
        write(() -> files.place(path, files.create(metadata).withContent(bytes)));
    }

    @Override
    public void makeSymlink(RawPath path, byte[] target, FileMetadata metadata) {
        checkNew(path, metadata, FileMetadata.S_IFLNK);
        byte[] copy = target.clone();
        write(() ->
                files.place(path, files.create(metadata.withSize(copy.length)).withContent(copy)));
    }

    @Override
    public void makeHardLink(RawPath path, RawPath existing) {
        refuseRoot(path);
        write(() -> {
            files.findMaking(path); // what is made here may be on the way to the other
            MemoryFiles.Node node = files.find(existing)
                    .orElseThrow(() -> failure("linkat", "link " + path + " to " + existing, "ENOENT"));
            if (node.isDirectory()) {
                throw failure("linkat", "link " + path + " to " + existing, "EPERM");
            }
            files.makeWay(path, node);
            if (files.find(existing).isEmpty()) { // it was below what had to go
                throw failure("linkat", "link " + path + " to " + existing, "ENOENT");
            }
            files.place(path, node);
        });
    }

    @Override
    public void makeNode(RawPath path, FileMetadata metadata) {
        checkNew(path, metadata, metadata.type());
        if (metadata.isRegular() || metadata.isDirectory() || metadata.isSymlink()) {
            throw new IllegalArgumentException("make node " + path + ": of type " + metadata.type());
        }
        write(() -> {
            if (metadata.deviceMajor() >>> 12 != 0 || metadata.deviceMinor() >>> 20 != 0) {
                throw failure("mknodat", "make node " + path, "EINVAL");
            }
            boolean device = metadata.isDevice() && metadata.deviceMajor() + metadata.deviceMinor() > 0;
            if (device && !devices) {
                throw failure("mknodat", "make node " + path, "EPERM");
            }
            files.place(path, files.create(metadata.withSize(0)));
        });
    }

    @Override
    public boolean canMakeDevices() {
        return devices;
    }

    @Override
    public void remove(RawPath path) {
        write(() -> files.remove(path));
    }

    @Override
    public void setMetadata(RawPath path, FileMetadata metadata) {
        write(() -> {
            MemoryFiles.Node node =
                    files.find(path).orElseThrow(() -> failure("statx", "set metadata of " + path, "ENOENT"));
            if (node.metadata().type() != metadata.type()) {
                throw failure("statx", "set metadata of " + path, "EINVAL");
            }
            node.set(metadata);
        });
    }

    @Override
    public void flush() {
        settle();
    }

    @Override
    public Optional<TreeEntry> stat(RawPath path) {
        flush();
        return files.find(path).map(node -> node.entry(path));
    }

    @Override
    public List<TreeEntry> list(RawPath directory) {
        flush();
        MemoryFiles.Node node =
                files.find(directory).orElseThrow(() -> failure("openat", "list " + directory, "ENOENT"));
        if (!node.isDirectory()) {
            throw failure("openat", "list " + directory, "ENOTDIR");
        }
        List<TreeEntry> entries = new ArrayList<>();
        node.children().forEach((name, child) -> entries.add(child.entry(directory.resolve(name))));
        return entries;
    }

    @Override
    public InputStream read(RawPath file) {
        flush();
        MemoryFiles.Node node = files.find(file).orElseThrow(() -> failure("openat", "read " + file, "ENOENT"));
        if (!node.metadata().isRegular()) {
            throw failure("statx", "read " + file, "EINVAL");
        }
        return new FilterInputStream(new ByteArrayInputStream(node.content())) {
            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                checkUsable();
                return super.read(to, offset, length);
            }
        };
    }

    @Override
    public void sync() {
        flush();
        files.synced = true;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            if (pending != null) {
                throw pending;
            }
        }
    }

    /** As with the real tree, what fails comes out at the call after. */
    private void write(Runnable work) {
        settle();
        files.synced = false;
        try {
            work.run();
        } catch (SyscallException e) {
            pending = e;
        }
    }

    private void settle() {
        checkUsable();
        if (pending != null) {
            failure = pending;
            pending = null;
            throw (SyscallException) failure;
        }
    }

    private void checkUsable() {
        if (!open || failure != null) {
            throw new IllegalStateException(open ? "failed before: " + failure.getMessage() : "closed", failure);
        }
    }

    private static void checkType(RawPath path, FileMetadata metadata, int type) {
        if (metadata.type() != type) {
            throw new IllegalArgumentException(path + " has mode 0" + Integer.toOctalString(metadata.mode()));
        }
    }

    private static void checkNew(RawPath path, FileMetadata metadata, int type) {
        checkType(path, metadata, type);
        refuseRoot(path);
    }

    private static void refuseRoot(RawPath path) {
        if (path.isRoot()) {
            throw new IllegalArgumentException("the root of a tree can only be a directory");
        }
    }

    static SyscallException failure(String call, String purpose, String errno) {
        return new SyscallException(call, "", errno, purpose, "");
    }
}
