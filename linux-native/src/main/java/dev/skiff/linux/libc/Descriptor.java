package dev.skiff.linux.libc;

import java.util.concurrent.atomic.AtomicInteger;

/** A file descriptor of this JVM, closed once. All of ours are close-on-exec. */
public final class Descriptor implements AutoCloseable {
    private static final int CLOSED = -1;

    private final AtomicInteger number;

    public Descriptor(int number) {
        this.number = new AtomicInteger(number);
    }

    /**
     * The number, for a call that is made at once.
     *
     * @throws IllegalStateException once closed: the number may be another file's by then
     */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return current;
    }

    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            Libc.close(current);
        }
    }

    @Override
    public String toString() {
        return "fd " + number.get();
    }
}
