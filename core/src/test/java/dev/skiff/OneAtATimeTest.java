package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads that speak, and a listener that hears one at a time. */
@Timeout(30)
class OneAtATimeTest {
    @Test
    void nothingIsLostAndNothingIsHeardAtOnce() throws InterruptedException {
        AtomicInteger listening = new AtomicInteger();
        List<Integer> heard = new ArrayList<>(); // not thread-safe, and need not be
        OneAtATime<Integer> words = new OneAtATime<>(word -> {
            assertThat(listening.getAndIncrement()).isZero();
            heard.add(word);
            listening.decrementAndGet();
        });
        List<Thread> speakers = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(8 * 1000);
        for (int i = 0; i < 8; i++) {
            int speaker = i;
            speakers.add(new Thread(() -> {
                for (int word = 0; word < 1000; word++) {
                    words.accept(speaker * 1000 + word);
                    told.countDown();
                }
            }));
        }
        speakers.forEach(Thread::start);
        for (Thread speaker : speakers) {
            speaker.join();
        }

        assertThat(told.getCount()).isZero();
        assertThat(heard).hasSize(8000).doesNotHaveDuplicates();
        for (int i = 0; i < 8; i++) {
            int speaker = i;
            assertThat(heard.stream().filter(word -> word / 1000 == speaker)).isSorted();
        }
    }

    @Test
    void whoeverTellsHearsOfAListenerThatThrows() {
        IllegalStateException bug = new IllegalStateException("bug");
        OneAtATime<String> words = new OneAtATime<>(word -> {
            throw bug;
        });

        assertThatThrownBy(() -> words.accept("a")).isSameAs(bug);
    }

    @Test
    void aListenerMaySpeakItself() {
        List<Integer> heard = new ArrayList<>();
        OneAtATime<?>[] self = new OneAtATime<?>[1];
        OneAtATime<Integer> words = new OneAtATime<>(word -> {
            heard.add(word);
            if (word < 3) {
                @SuppressWarnings("unchecked")
                OneAtATime<Integer> again = (OneAtATime<Integer>) self[0];
                again.accept(word + 1);
            }
        });
        self[0] = words;

        words.accept(1);

        assertThat(heard).containsExactly(1, 2, 3);
    }
}
