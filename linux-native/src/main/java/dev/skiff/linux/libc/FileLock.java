package dev.skiff.linux.libc;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_CREAT;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_NONBLOCK;
import static dev.skiff.linux.abi.OpenFlags.O_RDWR;

import com.sun.jna.Native;

/** flock(2): a lock that belongs to an open file description, so it also holds between threads of one process. */
public final class FileLock {
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int PRIVATE = 0600;

    private FileLock() {}

    /** Opens a file to be locked, and makes it if need be; a symbolic link is refused, and a FIFO does not block. */
    public static Descriptor open(String path) {
        int fd;
        do {
            fd = Libc.open(Libc.string(path), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, PRIVATE);
        } while (fd < 0 && Native.getLastError() == Libc.EINTR);
        return new Descriptor(Libc.check(fd, "open", path, "lock a file"));
    }

    /** Whether the lock could be had at once. */
    public static boolean tryLock(Descriptor file, boolean exclusive) {
        int result;
        do {
            result = Libc.flock(file.number(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
        } while (result < 0 && Native.getLastError() == Libc.EINTR);
        if (result < 0 && Native.getLastError() == Libc.EAGAIN) {
            return false;
        }
        Libc.check(result, "flock", file, "lock a file");
        return true;
    }
}
