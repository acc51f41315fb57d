package dev.skiff.store;

import dev.skiff.InterruptedOperationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Several pieces of work side by side, by the calling thread and whoever an executor can spare. It needs nobody but the
 * caller: an executor that is busy, even with this very caller, only makes it slower. The first failure interrupts the others.
 */
public final class ParallelWork {
    /** A piece of work. */
    public interface Piece {
        void run() throws Exception;
    }

    private final Queue<Piece> pieces;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> workers = new HashSet<>();
    private @Nullable Throwable failure;

    private ParallelWork(List<? extends Piece> pieces) {
        this.pieces = new ConcurrentLinkedQueue<>(pieces);
    }

    /** Does all of it, and throws the first failure if there is one. No piece is running when this returns. */
    public static void run(List<? extends Piece> pieces, Executor executor, int width, String work) throws Exception {
        ParallelWork parallel = new ParallelWork(pieces);
        List<Helper> helpers = parallel.callHelpers(executor, Math.min(width, pieces.size()) - 1);
        parallel.workOff();
        for (Helper helper : helpers) {
            parallel.await(helper, work);
        }
        Throwable first = parallel.failure();
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (Exception) first;
        }
    }

    private List<Helper> callHelpers(Executor executor, int count) {
        List<Helper> called = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Helper helper = new Helper();
                executor.execute(helper);
                called.add(helper);
            }
        } catch (RejectedExecutionException e) {
            return called; // then there are fewer, or the caller does it alone
        }
        return called;
    }

    private final class Helper implements Runnable {
        private final AtomicBoolean claimed = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);

        @Override
        public void run() {
            if (claimed.compareAndSet(false, true)) { // else it was called off before it began
                try {
                    workOff();
                } finally {
                    done.countDown();
                }
            }
        }
    }

    private void workOff() {
        boolean wasInterrupted = Thread.currentThread().isInterrupted();
        enter();
        try {
            for (Piece piece = pieces.poll(); piece != null && failure() == null; piece = pieces.poll()) {
                piece.run();
            }
        } catch (Throwable t) {
            wasInterrupted |= t instanceof InterruptedOperationException && failure() == null;
            fail(t);
        } finally {
            leave();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter() {
        lock.lock();
        try {
            workers.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            if (workers.remove(Thread.currentThread()) && failure != null) {
                Thread.interrupted(); // it was meant for the work, not for what this thread does next
            }
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable t) {
        lock.lock();
        try {
            if (failure == null) {
                failure = t;
                workers.stream()
                        .filter(thread -> thread != Thread.currentThread())
                        .forEach(Thread::interrupt);
            } else if (!failure.equals(t)) {
                failure.addSuppressed(t);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("InterruptedInCatchBlock") // the flag is put back at the end
    private void await(Helper helper, String work) {
        if (helper.claimed.compareAndSet(false, true)) {
            return; // it never began, and there is nothing left for it to do
        }
        boolean interrupted = false;
        while (helper.done.getCount() > 0) {
            try {
                helper.done.await();
            } catch (InterruptedException e) {
                interrupted = true;
                fail(new InterruptedOperationException(work, e));
                Thread.interrupted(); // that set the flag, and the helpers are still to be waited for
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
