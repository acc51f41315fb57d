package dev.skiff.build;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands what several threads have to tell to listeners, one thing at a time, in the order in which it was told, and never under a
 * lock. Whoever comes while somebody else is handing over leaves it to them; if they cannot keep up, it waits. When a listener
 * throws, whoever handed over gets that, and nobody is told anything any more.
 */
final class Outbox<T> {
    private static final int MOST_WAITING = 1_000;

    private final List<Consumer<? super T>> listeners;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Deque<T> waiting = new ArrayDeque<>();
    private @Nullable Thread postman;
    private boolean closed;
    private volatile @Nullable Throwable failure;

    Outbox(List<Consumer<? super T>> listeners) {
        this.listeners = listeners;
        this.closed = listeners.isEmpty();
    }

    void tell(T news) {
        if (enqueue(news)) {
            handOver();
        }
    }

    /** Whether it is for this thread to hand over. */
    private boolean enqueue(T news) {
        lock.lock();
        try {
            awaitRoom();
            if (closed) {
                return false;
            }
            waiting.add(news);
            if (postman != null) {
                return false;
            }
            postman = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom() {
        boolean interrupted = false;
        while (waiting.size() >= MOST_WAITING && !closed && postman != Thread.currentThread() && !interrupted) {
            try {
                room.await();
            } catch (InterruptedException e) {
                interrupted = true; // whoever is to end does not wait for a listener first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void handOver() {
        try {
            for (T news = next(); news != null; news = next()) {
                for (Consumer<? super T> listener : listeners) {
                    listener.accept(news);
                }
            }
        } catch (RuntimeException | Error e) {
            shut(e);
            throw e;
        }
    }

    /** Waits until all is handed over, and throws what a listener has thrown. An interrupt ends the wait. */
    void flush() {
        lock.lock();
        try {
            while (postman != null && postman != Thread.currentThread()) {
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        Throwable thrown = failure;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw (RuntimeException) thrown;
        }
    }

    private @Nullable T next() {
        lock.lock();
        try {
            T news = waiting.poll();
            if (news == null) {
                postman = null;
            }
            room.signalAll();
            return news;
        } finally {
            lock.unlock();
        }
    }

    private void shut(Throwable why) {
        lock.lock();
        try {
            failure = why;
            closed = true;
            postman = null;
            waiting.clear();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
