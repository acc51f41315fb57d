package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.InterruptedOperationException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ParallelWorkTest {
    private final ExecutorService executor = Executors.newFixedThreadPool(3);

    @AfterEach
    void shutDown() {
        executor.shutdownNow();
    }

    @Test
    void piecesRunSideBySide() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        ParallelWork.Piece meet = () -> {
            both.countDown();
            assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
        };

        ParallelWork.run(List.of(meet, meet), executor, 2, "meet");
    }

    @Test
    void anExecutorThatNeverGetsToItOnlyMakesItSlower() throws Exception {
        AtomicInteger done = new AtomicInteger();
        ParallelWork.run(List.of(done::incrementAndGet, done::incrementAndGet), task -> {}, 4, "work");

        assertThat(done).hasValue(2);
    }

    @Test
    void theFirstFailureInterruptsTheOthersAndIsTheStory() {
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        ParallelWork.Piece waits = () -> {
            waiting.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw new IOException("because of the other");
            }
        };
        ParallelWork.Piece fails = () -> {
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            throw new IOException("the story");
        };

        assertThatThrownBy(() -> ParallelWork.run(List.of(waits, fails), executor, 2, "work"))
                .hasMessage("the story");
        assertThat(interrupted).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anInterruptOfTheCallerStopsTheHelpers() {
        AtomicBoolean stopped = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        CountDownLatch helping = new CountDownLatch(1);
        ParallelWork.Piece own =
                () -> assertThat(helping.await(10, TimeUnit.SECONDS)).isTrue();
        ParallelWork.Piece slow = () -> {
            helping.countDown();
            caller.interrupt();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                stopped.set(true);
                throw new InterruptedOperationException("sleep", e);
            }
        };

        assertThatThrownBy(() -> ParallelWork.run(List.of(own, slow), executor, 2, "work"))
                .isInstanceOfAny(InterruptedOperationException.class, InterruptedException.class);
        assertThat(stopped).isTrue();
        Thread.interrupted();
    }
}
