package dev.skiff.run;

import dev.skiff.LogLine;
import dev.skiff.Logs;
import dev.skiff.linux.ContainerLog;
import dev.skiff.linux.LogEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands each line to a consumer, as short tasks: one begins when there is something to hand over and ends when there is nothing
 * left, so nobody waits. Whoever needs the work done now may do it ({@link #drain}); there is only ever one who does.
 */
final class LogFollower implements Logs.Following {
    private final ContainerLogs logs;
    private final ContainerLog log;
    private final Consumer<? super LogLine> consumer;
    private final Executor executor;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean queued = new AtomicBoolean();
    private final AtomicBoolean news = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
    private volatile boolean closed;
    private volatile long lost;

    LogFollower(ContainerLogs logs, Consumer<? super LogLine> consumer, Executor executor) {
        this.logs = logs;
        this.log = logs.open();
        this.consumer = consumer;
        this.executor = executor;
    }

    @Override
    public CompletableFuture<Void> done() {
        return done.copy();
    }

    @Override
    public long droppedBytes() {
        return ContainerLogs.inBytes(lost);
    }

    /** There may be something new. */
    void wake() {
        news.set(true);
        if (!done.isDone() && queued.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    queued.set(false);
                    drain();
                });
            } catch (RejectedExecutionException e) {
                queued.set(false); // its Skiff is being closed: the one who closes the container drains
            }
        }
    }

    /** Whether the consumer is at work on this very thread. */
    boolean isOnThisThread() {
        return worker.get() == Thread.currentThread();
    }

    /** Hands over what there is, unless somebody else is doing that. */
    void drain() {
        while (news.get() && !done.isDone() && worker.compareAndSet(null, Thread.currentThread())) {
            try {
                news.set(false);
                boolean last = logs.ended();
                handOver(last);
                if (last || closed) {
                    end(null);
                }
            } catch (RuntimeException | Error e) {
                end(e);
            } finally {
                worker.set(null);
            }
        }
    }

    /** Waits until all of a log that has ended is handed over, however that goes. */
    void awaitDone() throws InterruptedException {
        drain(); // here and now: the executor's threads may all be taken by waits like this one
        try {
            done.get();
        } catch (ExecutionException e) {
            return; // what it threw is for those who ask done()
        }
    }

    /** Hands over all that is left of a log that has ended, and gives a slow consumer so much time for it. */
    void finish(Duration limit) {
        drain();
        if (!isOnThisThread()) {
            try {
                done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // what it threw is for those who ask done(), and who is too slow has had time
            }
        }
        close();
    }

    private void handOver(boolean last) {
        Optional<LogEntry> line = next(last);
        while (line.isPresent() && !closed) {
            lost = log.lostFiles();
            consumer.accept(LogDecoder.decode(line.get()));
            line = next(last);
        }
    }

    private Optional<LogEntry> next(boolean last) {
        Optional<LogEntry> line = log.next();
        return last ? line.or(log::rest) : line;
    }

    private void end(@Nullable Throwable failure) {
        log.close();
        logs.ended(this, failure);
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}
