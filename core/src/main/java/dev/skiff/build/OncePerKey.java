package dev.skiff.build;

import dev.skiff.InterruptedOperationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Does what several threads come to at the same time once, and gives all of them the result. Who comes second waits for the first,
 * which has to need nobody who waits. What fails is tried again by the next. Thread-safe.
 */
final class OncePerKey<K, V> {
    private final Map<K, Slot<V>> slots = new ConcurrentHashMap<>();

    /** Makes a value. */
    @FunctionalInterface
    interface Maker<V, E extends Exception> {
        V make() throws E;
    }

    private static final class Slot<V> {
        final ReentrantLock lock = new ReentrantLock();

        @Nullable
        V value;
    }

    <E extends Exception> V get(K key, Maker<V, E> maker) throws E {
        Slot<V> slot = slots.computeIfAbsent(key, none -> new Slot<>());
        lock(key, slot.lock);
        try {
            V known = slot.value;
            if (known == null) {
                known = maker.make();
                slot.value = known;
            }
            return known;
        } finally {
            slot.lock.unlock();
        }
    }

    private static void lock(Object key, ReentrantLock lock) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("wait for " + key, e);
        }
    }
}
