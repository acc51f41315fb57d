package dev.skiff.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.InterruptedOperationException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AsideTest {
    private static final Executor NOBODY = task -> {};
    private static final Executor CLOSED = task -> {
        throw new RejectedExecutionException();
    };

    private final AtomicInteger done = new AtomicInteger();
    private final Aside<Integer> counting = new Aside<>("count", done::incrementAndGet);

    @Test
    void whoAsksDoesWhatNobodyHasBegunWith() throws IOException {
        counting.offerTo(NOBODY);
        counting.offerTo(CLOSED);

        assertThat(counting.get()).isEqualTo(1);
    }

    @Test
    void itIsDoneOnce() throws IOException {
        counting.offerTo(Runnable::run);
        counting.run();

        assertThat(counting.get()).isEqualTo(1);
        assertThat(counting.get()).isEqualTo(1);
        assertThat(done).hasValue(1);
    }

    @Test
    void nobodyBeginsWithWhatIsCalledOff() {
        counting.callOff();
        counting.run();

        assertThat(counting.isDone()).isTrue();
        assertThat(done).hasValue(0);
    }

    @Test
    void whatTheWorkThrowsReachesWhoAsks() {
        IOException full = new IOException("full");
        Aside<Void> failing = new Aside<>("write", () -> {
            throw full;
        });
        failing.offerTo(Runnable::run);

        assertThatThrownBy(failing::get).isSameAs(full);
    }

    @Test
    void anInterruptEndsTheWaitForAnother() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Aside<String> slow = new Aside<>("read slowly", () -> {
            begun.countDown();
            go.await();
            return "read";
        });
        slow.offerTo(task -> new Thread(task, "slow").start());
        begun.await();
        Thread.currentThread().interrupt();

        assertThatThrownBy(slow::get)
                .isInstanceOf(InterruptedOperationException.class)
                .hasMessageContaining("read slowly");
        assertThat(Thread.interrupted()).isTrue();
        go.countDown();
    }
}
