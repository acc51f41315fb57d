package dev.skiff.work;

import dev.skiff.InterruptedOperationException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work that another thread may do ahead of whoever needs its result. Nobody waits for a thread: what no other has begun
 * with is done by who asks, so an executor that is busy, small or shut down only makes it slower. It is done once. Thread-safe.
 *
 * @param <T> what comes of it
 */
public final class Aside<T> implements Runnable {
    private final String name;
    private final FutureTask<T> task;

    /** @param name what is being done, for the message of an interrupt */
    public Aside(String name, Callable<T> work) {
        this.name = name;
        this.task = new FutureTask<>(work);
    }

    /** Has it done by a thread that the executor can spare. */
    public void offerTo(Executor executor) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // then it is done by who asks
        }
    }

    /** Does it, unless somebody does or did. */
    @Override
    public void run() {
        task.run();
    }

    /** Whether it has ended. */
    public boolean isDone() {
        return task.isDone();
    }

    /** Nobody begins with it any more. */
    public void callOff() {
        task.cancel(false);
    }

    /**
     * What comes of it; the work is done here if nobody has begun with it.
     *
     * @throws IOException and whatever else the work threw
     * @throws InterruptedOperationException when this thread is interrupted as it waits
     */
    public T get() throws IOException {
        task.run();
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw new InterruptedOperationException(name, e);
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    private static IOException thrown(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException failure) {
            throw failure;
        } else if (cause instanceof Error error) {
            throw error;
        } else if (cause instanceof IOException failure) {
            return failure;
        }
        throw new AssertionError("the work threw " + cause, cause);
    }
}
