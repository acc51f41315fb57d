package dev.skiff;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Hands what many threads say to a listener that hears one at a time, under no lock: whoever comes while it is listening leaves the
 * word to the thread that is with it.
 */
final class OneAtATime<T> implements Consumer<T> {
    private final Consumer<? super T> listener;
    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger untold = new AtomicInteger();

    OneAtATime(Consumer<? super T> listener) {
        this.listener = listener;
    }

    @Override
    public void accept(T word) {
        waiting.add(word);
        if (untold.getAndIncrement() > 0) {
            return;
        }
        do {
            T next = waiting.remove();
            listener.accept(next); // if it throws, nobody is told any more: the work is over
        } while (untold.decrementAndGet() > 0);
    }
}
