package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.InterruptedOperationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkPoolTest {
    private static final Executor NOBODY = task -> {};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> done = new ConcurrentLinkedQueue<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static WorkPool pool(Executor executor) {
        return new WorkPool("test", executor, 4);
    }

    @Test
    void theCallerAloneDoesEverythingWhenNobodyElseComes() throws Exception {
        WorkPool pool = pool(NOBODY);
        pool.add(() -> {
            done.add("a");
            pool.add(() -> done.add("of a"));
        });
        pool.add(() -> done.add("b"));
        pool.run();

        assertThat(done).containsExactly("a", "b", "of a");
    }

    @Test
    void anExecutorThatIsShutDownIsNoFailure() throws Exception {
        WorkPool pool = pool(task -> {
            throw new RejectedExecutionException("shut down");
        });
        pool.add(() -> done.add("a"));
        pool.add(() -> done.add("b"));
        pool.run();

        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void anExecutorWhoseOnlyThreadIsTheCallerDoesNotDeadlock() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        try {
            single.submit(() -> {
                        WorkPool pool = pool(single);
                        for (int i = 0; i < 10; i++) {
                            pool.add(() -> pool.add(() -> done.add("x")));
                        }
                        pool.run();
                        return null;
                    })
                    .get();
        } finally {
            single.shutdownNow();
        }

        assertThat(done).hasSize(10);
    }

    @Test
    void anExecutorThatRunsTasksWhereTheyAreHandedInWorksToo() throws Exception {
        WorkPool pool = pool(Runnable::run);
        for (int i = 0; i < 10; i++) {
            pool.add(() -> pool.add(() -> done.add("x")));
        }
        pool.run();

        assertThat(done).hasSize(10);
    }

    @Test
    void piecesRunAtTheSameTimeUpToTheWidth() throws Exception {
        CyclicBarrier together = new CyclicBarrier(4);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        WorkPool pool = pool(threads);
        for (int i = 0; i < 12; i++) {
            pool.add(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                together.await(); // never, if fewer than four came
                running.decrementAndGet();
            });
        }
        pool.run();

        assertThat(most).hasValue(4);
    }

    @Test
    void theFirstFailureInterruptsTheOthersAndIsTheOneThatIsReported() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        WorkPool pool = pool(threads);
        for (int i = 0; i < 2; i++) {
            pool.add(() -> {
                try {
                    started.countDown();
                    new Semaphore(0).acquire();
                } finally {
                    done.add("cleaned up");
                }
            });
        }
        pool.add(() -> {
            started.await();
            throw new IllegalStateException("first");
        });

        assertThatThrownBy(pool::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("first")
                .hasNoSuppressedExceptions();
        assertThat(done).hasSize(2);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whatElseFailsIsSuppressed() {
        CountDownLatch failing = new CountDownLatch(1);
        WorkPool pool = pool(threads);
        pool.add(() -> {
            try {
                failing.countDown();
                new Semaphore(0).acquire();
            } catch (InterruptedException e) {
                throw new IllegalStateException("clean-up", e.getCause());
            }
        });
        pool.add(() -> {
            failing.await();
            throw new IllegalStateException("first");
        });

        assertThatThrownBy(pool::run)
                .hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessage("clean-up")));
    }

    @Test
    void anErrorIsHandedToTheCaller() {
        WorkPool pool = pool(threads);
        pool.add(() -> {
            throw new AssertionError("inconsistent");
        });

        assertThatThrownBy(pool::run).isInstanceOf(AssertionError.class).hasMessage("inconsistent");
    }

    @Test
    void anInterruptOfTheWaitingCallerEndsAllAndStaysSet() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch two = new CountDownLatch(2);
        WorkPool pool = pool(threads);
        for (int i = 0; i < 2; i++) {
            pool.add(() -> {
                two.countDown();
                new Semaphore(0).acquire();
            });
        }
        threads.execute(() -> {
            try {
                two.await();
                caller.interrupt();
            } catch (InterruptedException e) {
                done.add("never");
            }
        });

        assertThatThrownBy(pool::run).isInstanceOfAny(InterruptedException.class, InterruptedOperationException.class);
        assertThat(done).isEmpty();
    }

    @Test
    void nothingBeginsOnceSomethingHasFailed() {
        List<Runnable> helpers = new ArrayList<>();
        WorkPool pool = pool(helpers::add);
        pool.add(() -> {
            throw new IllegalStateException("first");
        });
        pool.add(() -> done.add("later"));

        assertThatThrownBy(pool::run).hasMessage("first");
        helpers.forEach(Runnable::run); // who comes late finds nothing to do
        assertThat(done).isEmpty();
    }
}
