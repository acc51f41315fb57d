package dev.skiff.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.InterruptedOperationException;
import dev.skiff.OperationTimeoutException;
import dev.skiff.SkiffException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Executor THREADS = task -> new Thread(task).start();

    @AfterEach
    void noTestLeavesAnInterruptBehind() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static String sleep() throws InterruptedException {
        Thread.sleep(60_000);
        return "slept";
    }

    @Test
    void workRunsOnTheThreadThatAsks() {
        assertThat(Work.await("work", Thread::currentThread)).isSameAs(Thread.currentThread());
        assertThat(Work.await("work", Duration.ofMinutes(1), Thread::currentThread))
                .isSameAs(Thread.currentThread());
    }

    @Test
    void anInterruptEndsTheWorkAndTheFlagIsSetAgain() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Work.await("pull x", WorkTest::sleep))
                .isInstanceOf(InterruptedOperationException.class)
                .hasMessage("pull x: interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    /** An interrupted channel closes and throws what its user may have wrapped. */
    @Test
    void anInterruptIsKnownByItsCause() {
        assertThatThrownBy(() -> Work.await("pull x", () -> {
                    throw new UncheckedIOException(new IOException(new ClosedByInterruptException()));
                }))
                .isInstanceOf(InterruptedOperationException.class)
                .hasRootCauseInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLimitEndsTheWorkAndLeavesNoInterrupt() {
        assertThatThrownBy(() -> Work.await("pull x", SHORT, WorkTest::sleep))
                .isInstanceOf(OperationTimeoutException.class)
                .hasMessage("pull x: not done within 50 ms");
    }

    @Test
    void whateverTheWorkThrowsWhenItIsEndedTheReasonIsTold() {
        assertThatThrownBy(() -> Work.await("pull x", SHORT, () -> {
                    try {
                        return sleep();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("half done", e);
                    }
                }))
                .isInstanceOf(OperationTimeoutException.class)
                .satisfies(
                        e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IllegalStateException.class));
    }

    @Test
    void workThatIsDoneAfterAllCounts() {
        String done = Work.await("pull x", SHORT, () -> {
            try {
                return sleep();
            } catch (InterruptedException e) {
                return "done";
            }
        });
        assertThat(done).isEqualTo("done");
    }

    @Test
    void aLimitInsideAnotherEndsTheInnerWorkOnly() {
        List<String> steps = new ArrayList<>();
        String outer = Work.await("outer", Duration.ofMinutes(1), () -> {
            try {
                return Work.await("inner", SHORT, WorkTest::sleep);
            } catch (OperationTimeoutException e) {
                steps.add(e.getMessage());
                return "went on";
            }
        });
        assertThat(outer).isEqualTo("went on");
        assertThat(steps).containsExactly("inner: not done within 50 ms");
    }

    @Test
    void theOuterLimitIsToldThroughTheInnerWork() {
        assertThatThrownBy(() ->
                        Work.await("outer", SHORT, () -> Work.await("inner", Duration.ofMinutes(1), WorkTest::sleep)))
                .isInstanceOf(OperationTimeoutException.class)
                .hasMessage("outer: not done within 50 ms");
    }

    @Test
    void aLimitOfNothingIsAnError() {
        assertThatThrownBy(() -> Work.await("x", Duration.ZERO, () -> "no"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void aLimitMayBeLongerThanAnyoneLives() {
        assertThat(Work.await("x", Duration.ofDays(1_000_000), () -> "yes")).isEqualTo("yes");
    }

    @Test
    void cancellingAFutureInterruptsTheWork() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CompletableFuture<String> future = Work.async(
                "work",
                () -> {
                    begun.countDown();
                    try {
                        return sleep();
                    } finally {
                        ended.complete(true);
                    }
                },
                THREADS,
                result -> {});
        begun.await();
        future.cancel(true);
        assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void whatIsCancelledBeforeItBeginsNeverBegins() {
        List<Runnable> queued = new ArrayList<>();
        CompletableFuture<String> future = Work.async(
                "work",
                () -> {
                    throw new AssertionError("it began");
                },
                queued::add,
                result -> {});
        future.cancel(false);
        queued.get(0).run();
        assertThat(future).isCancelled();
    }

    @Test
    void aResultThatNobodyIsThereForIsDiscarded() throws Exception {
        CompletableFuture<String> discarded = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<String> future = Work.async(
                "work",
                () -> {
                    begun.countDown();
                    while (go.getCount() > 0) {
                        Thread.onSpinWait(); // deaf to interrupts
                    }
                    return "result";
                },
                THREADS,
                discarded::complete);
        begun.await();
        future.complete("something else");
        go.countDown();
        assertThat(discarded.get(10, TimeUnit.SECONDS)).isEqualTo("result");
    }

    @Test
    void aFailureIsTheFuturesOwn() {
        SkiffException failure = new SkiffException("no");
        CompletableFuture<String> future = Work.async(
                "work",
                () -> {
                    throw failure;
                },
                THREADS,
                result -> {});
        assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCause(failure);
    }

    @Test
    void anExecutorThatTakesNothingFailsTheFuture() {
        CompletableFuture<String> future = Work.async(
                "work",
                () -> "never",
                task -> {
                    throw new RejectedExecutionException();
                },
                result -> {});
        assertThatThrownBy(future::join).hasMessageContaining("executor of its Skiff");
    }
}
