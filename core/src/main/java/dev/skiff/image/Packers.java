package dev.skiff.image;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that compress for one push or save, as many as there are processors. They are its own, for a stream that is being sent
 * cannot wait until an executor has time for it.
 */
public final class Packers implements AutoCloseable {
    private final ExecutorService threads;

    public Packers() {
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
            Thread thread = new Thread(task, "skiff-gzip-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    public Executor executor() {
        return threads;
    }

    /** Ends them. Whoever wants something packed has to be done by then. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(10, TimeUnit.SECONDS); // a block takes milliseconds
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
