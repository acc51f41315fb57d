package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboxTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void eachThreadsNewsComeInOrderAndOneAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<String> heard = new ArrayList<>(); // no list for several threads: one at a time is the claim
        Outbox<String> outbox = new Outbox<>(List.of(news -> {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            heard.add(news);
            inside.decrementAndGet();
        }));
        List<Future<?>> tellers = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            tellers.add(threads.submit(() -> IntStream.range(0, 5_000).forEach(i -> outbox.tell(name + i))));
        }
        for (Future<?> teller : tellers) {
            teller.get();
        }
        outbox.flush();

        for (String name : List.of("a", "b", "c")) {
            assertThat(heard.stream().filter(news -> news.startsWith(name)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 5_000).mapToObj(i -> name + i).toList());
        }
    }

    @Test
    void aListenerMayWaitForAnotherThreadThatTellsSomething() throws Exception {
        List<String> heard = new ArrayList<>();
        CountDownLatch other = new CountDownLatch(1);
        List<Outbox<String>> self = new ArrayList<>();
        Outbox<String> outbox = new Outbox<>(List.of(news -> {
            heard.add(news);
            if (news.equals("first")) {
                threads.execute(() -> {
                    self.get(0).tell("second");
                    other.countDown();
                });
                awaitQuietly(other);
            }
        }));
        self.add(outbox);
        outbox.tell("first");
        outbox.flush();

        assertThat(heard).containsExactly("first", "second");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatAListenerThrowsIsThrownOnceMoreAtTheEndAndNobodyHearsMore() {
        List<String> heard = new ArrayList<>();
        Outbox<String> outbox = new Outbox<>(List.of(news -> {
            heard.add(news);
            throw new IllegalStateException("full");
        }));

        assertThatThrownBy(() -> outbox.tell("a")).hasMessage("full");
        outbox.tell("b");
        assertThatThrownBy(outbox::flush).hasMessage("full");
        assertThat(heard).containsExactly("a");
    }
}
