package dev.skiff;

import dev.skiff.linux.LinuxHost;
import dev.skiff.run.Diagnosis;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The kernel, opened by the first who needs it. */
final class LazyHost implements Supplier<LinuxHost>, AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable LinuxHost host;
    private boolean closed;

    /** @throws HostUnsupportedException if this host lets us do nothing */
    @Override
    public LinuxHost get() {
        LinuxHost opened = host;
        return opened == null ? open() : opened;
    }

    private LinuxHost open() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this Skiff is closed");
            }
            LinuxHost opened = host;
            if (opened == null) {
                opened = tryToOpen();
                host = opened;
            }
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private static LinuxHost tryToOpen() {
        try {
            return LinuxHost.open();
        } catch (RuntimeException | LinkageError e) {
            throw new HostUnsupportedException("make containers", Diagnosis.of(e), e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            LinuxHost opened = host;
            if (opened != null) {
                opened.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
