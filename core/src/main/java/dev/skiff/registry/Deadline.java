package dev.skiff.registry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The moment at which a piece of work is given up, however many requests, pauses and reads it is made of. It can be
 * brought forward to now by {@link #cancel()} from any thread, which wakes whoever waits under it.
 */
final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Duration limit;
    // Monotonic: a wall clock that jumps must neither end a download nor keep it alive.
    private final long end;
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    private Deadline(Duration limit) {
        this.limit = limit;
        this.end = System.nanoTime() + limit.toNanos();
    }

    static Deadline in(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit must be positive, got " + limit);
        }
        return new Deadline(limit.compareTo(LONGEST) < 0 ? limit : LONGEST);
    }

    long remainingNanos() {
        return cancelled.isDone() ? 0 : Math.max(0, end - System.nanoTime());
    }

    boolean passed() {
        return remainingNanos() == 0;
    }

    void cancel() {
        cancelled.complete(null);
    }

    /** A length of time as messages write it. */
    static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /** For a message: what ended a wait that had a limit of its own. */
    String orEarlier(Duration ownLimit) {
        if (cancelled.isDone()) {
            return ", and nobody waits for it any more";
        }
        return " within " + words(passed() ? limit : ownLimit);
    }

    /** Waits for a result, for at most the given time and never past the end. */
    <T> T await(CompletableFuture<T> work, Duration atMost)
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture.anyOf(work, cancelled)
                .get(Math.min(remainingNanos(), atMost.toNanos()), TimeUnit.NANOSECONDS);
        if (!work.isDone()) {
            throw new TimeoutException("cancelled");
        }
        return work.get();
    }

    /** Sleeps, and is woken by {@link #cancel()}. */
    void pause(Duration pause) throws InterruptedException {
        try {
            cancelled.get(Math.min(remainingNanos(), pause.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slept) {
            // the usual end of a pause
        } catch (ExecutionException e) {
            throw new AssertionError("the cancellation of a deadline cannot fail", e);
        }
    }
}
