package dev.skiff.linux;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.FileLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A lock that several JVMs and several threads respect, held on a file: flock(2). It is gone when it is closed or when
 * its holder dies, however that happens. {@link java.nio.channels.FileLock} would not do: it is lost as soon as anything in the
 * same JVM opens and closes the file. Every lock taken here has an open file description of its own, so two threads keep each
 * other out as two processes do; it is not reentrant.
 *
 * <p>The file is made (mode 0600) when it is not there, and stays. Who removes it must hold it exclusively, and
 * has lost it by that; those who wait for the removed file notice, and lock the new one.
 */
public final class LockFile implements AutoCloseable {
    private static final long FIRST_PARK_NANOS = 100_000;
    private static final long LONGEST_PARK_NANOS = 25_000_000;

    private final Descriptor file;

    private LockFile(Descriptor file) {
        this.file = file;
    }

    /** Takes the lock alone, if nobody has it. */
    public static Optional<LockFile> tryExclusive(Path path) {
        return tryLock(path, true);
    }

    /** Takes the lock together with others who share it, if nobody has it alone. */
    public static Optional<LockFile> tryShared(Path path) {
        return tryLock(path, false);
    }

    /**
     * Waits for the lock alone.
     *
     * @throws LockTimeoutException once {@code limit} has passed, saying who holds it where that is known
     */
    public static LockFile exclusive(Path path, Duration limit) throws InterruptedException {
        return lock(path, true, limit);
    }

    /**
     * Waits until nobody has the lock alone.
     *
     * @throws LockTimeoutException once {@code limit} has passed, saying who holds it where that is known
     */
    public static LockFile shared(Path path, Duration limit) throws InterruptedException {
        return lock(path, false, limit);
    }

    /** Tries again and again instead of waiting in the kernel, where neither an interrupt nor a limit would be heard. */
    private static LockFile lock(Path path, boolean exclusive, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        long park = FIRST_PARK_NANOS;
        while (true) {
            Optional<LockFile> lock = tryLock(path, exclusive);
            if (lock.isPresent()) {
                return lock.get();
            }
            long left = limit.toNanos() - (System.nanoTime() - start);
            if (left <= 0) {
                throw new LockTimeoutException(path, limit, LockHolders.describe(path));
            }
            long pause = Math.min(park, left);
            Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
            park = Math.min(park + park / 2, LONGEST_PARK_NANOS);
        }
    }

    private static Optional<LockFile> tryLock(Path path, boolean exclusive) {
        while (true) {
            Descriptor file = FileLock.open(path.toString());
            try {
                if (!FileLock.tryLock(file, exclusive)) {
                    file.close();
                    return Optional.empty();
                }
                if (isStill(path, file)) {
                    return Optional.of(new LockFile(file));
                }
                file.close(); // removed, perhaps made anew, between open and lock: what we hold keeps nobody out
            } catch (RuntimeException e) {
                file.close();
                throw e;
            }
        }
    }

    private static boolean isStill(Path path, Descriptor file) {
        Path opened = Path.of("/proc/self/fd", Integer.toString(file.number()));
        if (!Files.isRegularFile(opened)) {
            throw new SyscallException("flock", path.toString(), "EINVAL", "lock a file", "it is no regular file");
        }
        try {
            return Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS)
                    .equals(Files.readAttributes(opened, "unix:dev,ino"));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("lock " + path, e);
        }
    }

    /** Lets the lock go; twice is fine. */
    @Override
    public void close() {
        file.close();
    }
}
