package dev.skiff.linux.tree;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_DIRECTORY;
import static dev.skiff.linux.abi.OpenFlags.O_NOCTTY;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_NONBLOCK;
import static dev.skiff.linux.abi.OpenFlags.O_RDONLY;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileStatus;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.libc.FileCalls;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What {@link dev.skiff.linux.DirectFiles} does, for one thread at a time. */
public final class DirectReader {
    /** A FIFO is opened without waiting for a writer, and no link is followed. */
    private static final int OPEN_FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

    private static final int OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

    private final FileCalls calls = new FileCalls();
    private final Statx status = new Statx(calls.memory(), FileCalls.STATUS);

    public FileStatus look(byte[] path, boolean followed) {
        calls.look(path, followed ? 0 : FileCalls.AT_SYMLINK_NOFOLLOW);
        return status.status();
    }

    public byte[] readLink(byte[] path) {
        return calls.readLink(path);
    }

    public void list(byte[] path, BiConsumer<byte[], FileStatus> found) {
        int directory = calls.open(path, OPEN_DIRECTORY);
        try {
            for (int length = calls.list(directory); length > 0; length = calls.list(directory)) {
                Dirents names = new Dirents(calls.memory(), FileCalls.DATA, length);
                while (names.next()) {
                    if (isThere(directory, names.nameOffset())) {
                        found.accept(names.name(), status.status());
                    }
                }
            }
        } finally {
            calls.close(directory);
        }
    }

    /** A file may be removed while its directory is listed. */
    private boolean isThere(int directory, int name) {
        try {
            calls.look(directory, name, FileCalls.AT_SYMLINK_NOFOLLOW);
            return true;
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT.name())) {
                return false;
            }
            throw e;
        }
    }

    public Optional<FileStatus> read(byte[] path, byte[] target, int offset, int length) {
        Optional<Integer> opened = open(path);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        int file = opened.get();
        try {
            calls.look(file);
            if ((status.mode() & FileMetadata.S_IFMT) != FileMetadata.S_IFREG || !fill(file, target, offset, length)) {
                return Optional.empty();
            }
            calls.look(file);
            return Optional.of(status.status());
        } finally {
            calls.close(file);
        }
    }

    /** A link is no regular file; nor is a socket, or a device that nothing is behind. */
    private Optional<Integer> open(byte[] path) {
        try {
            return Optional.of(calls.open(path, OPEN_FILE));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ELOOP.name()) || e.errno().equals(Errno.ENXIO.name())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether there is as much as that, and no more. */
    private boolean fill(int file, byte[] target, int offset, int length) {
        int filled = 0;
        int got = calls.read(file);
        while (got > 0 && got <= length - filled) {
            calls.memory().get(FileCalls.DATA, target, offset + filled, got);
            filled += got;
            if (filled == length && got < FileCalls.DATA_BYTES) {
                return true; // a regular file gives less than there is room for at its end alone
            }
            got = calls.read(file);
        }
        return got == 0 && filled == length;
    }
}
