package dev.skiff.linux;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Tty;
import dev.skiff.oci.runtime.ConsoleSize;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that this JVM was started at, for a program that carries it to one of a container's ({@link OciTerminal}): how large it
 * is, and its raw mode, which is taken back when this is closed and when the JVM ends, be it by a signal. Thread-safe.
 */
public final class OwnTerminal implements AutoCloseable {
    private static final int STREAMS = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Descriptor descriptor;
    private final boolean opened;
    private byte @Nullable [] before; // its settings as they were, while it is raw
    private @Nullable Thread atExit;

    private OwnTerminal(Descriptor descriptor, boolean opened) {
        this.descriptor = descriptor;
        this.opened = opened;
    }

    /** The one among this JVM's standard streams, the first of them that is one, else its controlling terminal; there may be none. */
    public static Optional<OwnTerminal> find() {
        for (int stream = 0; stream < STREAMS; stream++) {
            if (isAt(stream)) {
                return Optional.of(new OwnTerminal(new Descriptor(stream), false));
            }
        }
        return Tty.controlling().map(terminal -> new OwnTerminal(terminal, true));
    }

    private static boolean isAt(int stream) {
        return Tty.settings(new Descriptor(stream)).isPresent();
    }

    /** How large it is, in characters; zero if nobody has said. */
    public ConsoleSize size() {
        Tty.Size size = Tty.size(descriptor);
        return ConsoleSize.of(size.rows(), size.columns());
    }

    /**
     * Has it hand every byte on as it comes, both ways: no line is edited, no key is a signal, nothing is shown that was not written. Once
     * is enough; more than once is no harm.
     */
    public void makeRaw() {
        lock.lock();
        try {
            Optional<byte[]> settings = Tty.settings(descriptor);
            if (before != null || settings.isEmpty()) {
                return; // or it has hung up
            }
            Thread hook = new Thread(this::restore, "skiff-terminal");
            Runtime.getRuntime().addShutdownHook(hook); // first: there is no moment when nobody would take it back
            atExit = hook;
            before = settings.get();
            Tty.set(descriptor, Tty.raw(settings.get()));
        } finally {
            lock.unlock();
        }
    }

    private void restore() {
        lock.lock();
        try {
            if (before != null) {
                Tty.set(descriptor, before);
                before = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the raw mode back. */
    @Override
    public void close() {
        lock.lock();
        try {
            restore();
            Optional.ofNullable(atExit).ifPresent(OwnTerminal::forget);
            atExit = null;
            if (opened) {
                descriptor.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the JVM is about to end, and it has nothing left to do
        }
    }
}
