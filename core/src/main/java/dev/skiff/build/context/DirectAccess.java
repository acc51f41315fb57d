package dev.skiff.build.context;

import dev.skiff.linux.DirectFiles;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;

/** By the kernel's own calls. What goes wrong is told as {@code java.nio.file} would tell it. */
final class DirectAccess implements FileAccess {
    private final DirectFiles files;
    private final FileAccess streams;
    private final byte[] root;

    private DirectAccess(DirectFiles files, Path root) {
        this.files = files;
        this.streams = new PathAccess(root);
        byte[] path = HostNames.bytes(root);
        this.root = path.length == 1 ? new byte[0] : path;
    }

    static Optional<FileAccess> to(Path root) {
        return DirectFiles.ofThisHost().map(files -> new DirectAccess(files, root));
    }

    @Override
    public HostFile look(RawPath path, boolean followed) throws IOException {
        try {
            return HostFile.of(files.look(at(path), followed));
        } catch (SyscallException e) {
            throw told(path, e);
        }
    }

    private byte[] at(RawPath path) {
        byte[] below = path.bytes();
        byte[] at = Arrays.copyOf(root, root.length + 1 + below.length);
        at[root.length] = '/';
        System.arraycopy(below, 0, at, root.length + 1, below.length);
        return at;
    }

    private static IOException told(RawPath path, SyscallException e) {
        String file = path.toString();
        Optional<Errno> errno = Errno.find(e.errno());
        IOException told = switch (errno.orElse(Errno.EIO)) {
            case ENOENT -> new NoSuchFileException(file);
            case ENOTDIR -> new NotDirectoryException(file);
            case EACCES -> new AccessDeniedException(file);
            default ->
                new FileSystemException(file, null, errno.map(Errno::meaning).orElse(e.errno()));
        };
        told.initCause(e);
        return told;
    }

    @Override
    public void list(RawPath directory, BiConsumer<RawPath, HostFile> found) throws IOException {
        try {
            files.list(at(directory), (name, status) -> found.accept(below(directory, name), HostFile.of(status)));
        } catch (SyscallException e) {
            throw told(directory, e);
        }
    }

    private static RawPath below(RawPath directory, byte[] name) {
        return directory.resolve(RawPath.ofBytes(name));
    }

    @Override
    public byte[] readLink(RawPath path) throws IOException {
        try {
            return files.readLink(at(path));
        } catch (SyscallException e) {
            throw told(path, e);
        }
    }

    @Override
    public Optional<InputStream> open(RawPath path) throws IOException {
        return streams.open(path);
    }

    @Override
    public Optional<HostFile> read(RawPath path, byte[] target, int offset, int length) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException(); // as a channel would, between one file and the next
        }
        try {
            return files.read(at(path), target, offset, length).map(HostFile::of);
        } catch (SyscallException e) {
            throw told(path, e);
        }
    }
}
