package dev.skiff.work;

import dev.skiff.OperationTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Carries out the work of operations: here and now, here within a limit, or on an executor. */
public final class Work {
    private Work() {}

    /** Does the work on this thread. */
    public static <T> T await(String what, Attempt.Job<T> job) {
        return new Attempt<>(what, job).run();
    }

    /**
     * Does the work on this thread, and ends it when it takes longer.
     *
     * @throws OperationTimeoutException then
     */
    public static <T> T await(String what, Duration limit, Attempt.Job<T> job) {
        long nanos = nanos(limit);
        Attempt<T> attempt = new Attempt<>(what, job);
        CompletableFuture<Void> clock = new CompletableFuture<>();
        CompletableFuture<Void> alarm = clock.orTimeout(nanos, TimeUnit.NANOSECONDS)
                .whenComplete((nothing, failure) -> {
                    if (failure instanceof TimeoutException) {
                        attempt.stop(() -> new OperationTimeoutException(what, limit));
                    }
                });
        try {
            return attempt.run();
        } finally {
            clock.complete(null); // which takes the alarm off the clock of the JDK
            alarm.cancel(false);
        }
    }

    private static long nanos(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit must be longer than nothing, got " + limit);
        }
        try {
            return limit.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE; // 292 years
        }
    }

    /**
     * Begins the work on an executor. However the future is completed, the work ends with it.
     *
     * @param discard gets a result that nobody is there for any more
     */
    public static <T> CompletableFuture<T> async(
            String what, Attempt.Job<T> job, Executor executor, Consumer<? super T> discard) {
        Attempt<T> attempt = new Attempt<>(what, job);
        CompletableFuture<T> future = new CompletableFuture<>();
        stopWith(future, attempt, what);
        try {
            executor.execute(() -> complete(future, attempt, discard));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(
                    new IllegalStateException(what + ": the executor of its Skiff is shut down", e));
        }
        return future;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what follows on the future is all that is wanted
    private static <T> void stopWith(CompletableFuture<T> future, Attempt<T> attempt, String what) {
        future.whenComplete((result, failure) -> attempt.stop(() -> new CancellationException(what)));
    }

    private static <T> void complete(CompletableFuture<T> future, Attempt<T> attempt, Consumer<? super T> discard) {
        T result;
        try {
            result = attempt.run();
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
            return;
        }
        if (!future.complete(result)) {
            discard.accept(result);
        }
    }
}
