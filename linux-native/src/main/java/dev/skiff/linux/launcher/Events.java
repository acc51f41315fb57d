package dev.skiff.linux.launcher;

import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Epoll;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that hears what all the supervisors of this JVM say, and hands it on. Listeners run on that thread and
 * must not block.
 */
public final class Events {
    private static final System.Logger LOG = System.getLogger(Events.class.getName());

    private static final ReentrantLock MAKING = new ReentrantLock();
    private static @Nullable Events shared;

    private final Epoll epoll = new Epoll();
    private final AtomicLong keys = new AtomicLong();
    private final Map<Long, Source> sources = new ConcurrentHashMap<>();

    private record Source(ControlSocket socket, Consumer<Optional<Report>> listener) {}

    private Events() {
        Thread thread = new Thread(this::listen, "skiff-events");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (Error e) { // no thread can be made
            epoll.close();
            throw e;
        }
    }

    /** The one of this JVM, made when it is first needed; what keeps it from being made now need not do so the next time. */
    public static Events shared() {
        MAKING.lock();
        try {
            if (shared == null) {
                shared = new Events();
            }
            return shared;
        } finally {
            MAKING.unlock();
        }
    }

    /** Hands each report of that socket to the listener; an empty one is the last: the process is gone. */
    public void listen(ControlSocket socket, Consumer<Optional<Report>> listener) {
        long key = keys.incrementAndGet();
        sources.put(key, new Source(socket, listener));
        try {
            epoll.add(socket.descriptor(), key);
        } catch (RuntimeException e) {
            sources.remove(key);
            throw e;
        }
    }

    private void listen() {
        while (true) {
            for (long key : epoll.await()) {
                Source source = sources.get(key);
                if (source != null) {
                    hear(key, source);
                }
            }
        }
    }

    private void hear(long key, Source source) {
        Optional<Report> report = receive(source.socket());
        if (report.isEmpty()) {
            sources.remove(key);
            forget(source.socket());
        }
        try {
            source.listener().accept(report);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a listener of a supervisor failed", e);
        }
    }

    private void forget(ControlSocket socket) {
        try {
            epoll.remove(socket.descriptor());
        } catch (IllegalStateException e) {
            return; // closed meanwhile: the kernel has forgotten it
        }
    }

    /** One that says what cannot be understood is heard no more, and the others are. */
    private static Optional<Report> receive(ControlSocket socket) {
        try {
            return Report.receive(socket);
        } catch (RuntimeException | AssertionError e) {
            LOG.log(System.Logger.Level.ERROR, "a supervisor is not understood", e);
            socket.end();
            return Optional.empty();
        }
    }
}
