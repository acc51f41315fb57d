package dev.skiff.build;

import dev.skiff.InterruptedOperationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Work in pieces, some of which are only found while others are done: the thread that calls {@link #run} does them, with whoever
 * an executor can spare. No piece waits for another, and nobody but the caller waits at all; so an executor that is small, busy,
 * even with this very caller, or shut down only makes it slower. The first failure interrupts the others.
 */
final class WorkPool {
    /** A piece of work: it may add others, and is ended by an interrupt. */
    interface Piece {
        void run() throws Exception;
    }

    private final String work;
    private final Executor executor;
    private final int mostHelpers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Deque<Piece> ready = new ArrayDeque<>();
    private final List<Helper> called = new ArrayList<>();
    private final Set<Thread> workers = new HashSet<>();
    private final Set<Thread> interrupted = new HashSet<>();
    private int helpers;
    private int running;
    private boolean callerIsFree = true;
    private @Nullable Throwable failure;

    /**
     * A pool without work.
     *
     * @param work what is being done, for messages
     * @param width how many pieces at a time, at most
     */
    WorkPool(String work, Executor executor, int width) {
        this.work = work;
        this.executor = executor;
        this.mostHelpers = width - 1;
    }

    /** Takes one more piece in; once something has failed, it is dropped. */
    void add(Piece piece) {
        @Nullable Helper helper = null;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            ready.add(piece);
            news.signal();
            int hands = called.size() + (callerIsFree ? 1 : 0);
            if (ready.size() > hands && helpers < mostHelpers) {
                helper = new Helper();
                called.add(helper);
                helpers++;
            }
        } finally {
            lock.unlock();
        }
        if (helper != null) {
            call(helper); // not under the lock, for it may run here and now
        }
    }

    private void call(Helper helper) {
        try {
            executor.execute(helper);
        } catch (RejectedExecutionException e) {
            helper.callOff(); // then there is one less
        }
    }

    /** Does what there is and what comes of it, and throws the first failure if there is one. No piece is running afterwards. */
    void run() throws Exception {
        boolean wasInterrupted = false;
        for (Piece piece = take(); piece != null; piece = take()) {
            perform(piece);
        }
        lock.lock();
        try {
            wasInterrupted = awaitOthers();
            new ArrayList<>(called).forEach(Helper::callOff);
        } finally {
            lock.unlock();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (Exception) failure;
        }
    }

    /** The caller's next piece; nothing when all is done, or something has failed. */
    @SuppressWarnings("InterruptedInCatchBlock") // the failure sets the flag again
    private @Nullable Piece take() {
        lock.lock();
        try {
            callerIsFree = true;
            while (ready.isEmpty() && running > 0 && failure == null) {
                news.await();
            }
            callerIsFree = false;
            return begin();
        } catch (InterruptedException e) {
            fail(new InterruptedOperationException(work, e));
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Piece begin() {
        Piece piece = ready.poll();
        if (piece != null) {
            running++;
        }
        return piece;
    }

    /** Waits for pieces of others that are about to end, whatever happens; says whether this thread is to be interrupted. */
    private boolean awaitOthers() {
        boolean wasInterrupted = Thread.interrupted();
        while (running > 0) {
            try {
                news.await();
            } catch (InterruptedException e) {
                wasInterrupted = true; // they are being stopped already
            }
        }
        return wasInterrupted;
    }

    private void perform(Piece piece) {
        boolean entered = enter();
        try {
            piece.run();
        } catch (Throwable t) {
            fail(t);
        } finally {
            leave(entered);
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            return workers.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    private void leave(boolean entered) {
        lock.lock();
        try {
            running--;
            if (entered) {
                workers.remove(Thread.currentThread());
            }
            if (entered && interrupted.remove(Thread.currentThread())) {
                Thread.interrupted(); // it was meant for the work, not for what this thread does next
            }
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable t) {
        lock.lock();
        try {
            if (failure == null) {
                failure = t;
                ready.clear();
                workers.stream()
                        .filter(thread -> thread != Thread.currentThread())
                        .filter(interrupted::add)
                        .forEach(Thread::interrupt);
                news.signal();
            } else if (!failure.equals(t) && !Interrupts.isBehind(t)) { // an interrupt is our own, and tells nothing
                failure.addSuppressed(t);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Somebody of the executor's who works as long as there is something to do at once. */
    private final class Helper implements Runnable {
        private final AtomicBoolean claimed = new AtomicBoolean();

        @Override
        public void run() {
            if (!claimed.compareAndSet(false, true)) {
                return; // called off before it began
            }
            for (Piece piece = next(); piece != null; piece = next()) {
                perform(piece);
            }
        }

        private @Nullable Piece next() {
            lock.lock();
            try {
                called.remove(this);
                Piece piece = begin();
                if (piece == null) {
                    helpers--;
                }
                return piece;
            } finally {
                lock.unlock();
            }
        }

        void callOff() {
            lock.lock();
            try {
                if (claimed.compareAndSet(false, true)) {
                    called.remove(this);
                    helpers--;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
