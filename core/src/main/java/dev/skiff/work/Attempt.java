package dev.skiff.work;

import dev.skiff.InterruptedOperationException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done once, on the thread that calls {@link #run}, and that any other thread may end early. There is one way to
 * end it, whoever wants that: the working thread is interrupted, and cleans up as it unwinds. What the caller gets tells
 * why.
 */
public final class Attempt<T> {
    private final String what;
    private final Job<T> job;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread worker;
    private @Nullable Supplier<RuntimeException> reason;
    private boolean over;

    /** The work itself: blocking, and ended by an interrupt. */
    @FunctionalInterface
    public interface Job<T> {
        T run() throws InterruptedException;
    }

    /** @param what is done, for messages: {@code pull docker.io/library/node:18} */
    Attempt(String what, Job<T> job) {
        this.what = what;
        this.job = job;
    }

    /** Ends the work, if it is not over; the work then fails with that. Only the first reason counts. */
    void stop(Supplier<RuntimeException> why) {
        lock.lock();
        try {
            if (over || reason != null) {
                return;
            }
            reason = why;
            if (worker != null) {
                worker.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    T run() {
        begin();
        T result;
        try {
            result = job.run();
        } catch (InterruptedException e) {
            throw failure(end(), e);
        } catch (RuntimeException e) {
            throw failure(end(), e);
        } catch (Error e) {
            end();
            throw e;
        }
        end(); // done before it could be stopped counts as done
        return result;
    }

    /** Why it was stopped, if it was; else the failure itself, or the interrupt behind it. */
    private RuntimeException failure(@Nullable Supplier<RuntimeException> why, Exception failure) {
        if (why != null) {
            RuntimeException stopped = why.get();
            stopped.addSuppressed(failure);
            return stopped;
        }
        if (failure instanceof InterruptedException interrupt) {
            return new InterruptedOperationException(what, interrupt);
        }
        RuntimeException known = (RuntimeException) failure;
        if (known instanceof InterruptedOperationException || !isInterrupt(known)) {
            return known;
        }
        InterruptedException interrupt = new InterruptedException(String.valueOf(known.getMessage()));
        interrupt.initCause(known);
        return new InterruptedOperationException(what, interrupt);
    }

    /** A channel that is interrupted closes and throws, and what threw may have been wrapped. */
    private static boolean isInterrupt(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ClosedByInterruptException || at instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    private void begin() {
        lock.lock();
        try {
            if (reason != null) {
                throw reason.get();
            }
            worker = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody interrupts this thread; an interrupt that was meant for the work ends with the work. */
    private @Nullable Supplier<RuntimeException> end() {
        lock.lock();
        try {
            over = true;
            worker = null;
            if (reason != null) {
                Thread.interrupted();
            }
            return reason;
        } finally {
            lock.unlock();
        }
    }
}
