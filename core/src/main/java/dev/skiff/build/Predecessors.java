package dev.skiff.build;

import dev.skiff.layer.WrittenLayer;
import dev.skiff.oci.Digest;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The layers that the last few COPYs and ADDs of this JVM made, by the instruction that they are of: what has not changed since is
 * neither written nor hashed once more. It saves work and decides nothing. Thread-safe.
 */
final class Predecessors {
    private static final int MOST_ENTRIES = 200_000; // some 60 MB
    private static final int MOST_LAYERS = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Digest, Predecessor> layers = new LinkedHashMap<>(16, 0.75f, true);
    private int entries;

    /** @param made the time that directories have which were made on the way: they are the same as before, so it stays */
    record Predecessor(WrittenLayer layer, Instant made) {}

    Optional<Predecessor> of(Digest instruction) {
        lock.lock();
        try {
            return Optional.ofNullable(layers.get(instruction));
        } finally {
            lock.unlock();
        }
    }

    void remember(Digest instruction, WrittenLayer layer, Instant made) {
        lock.lock();
        try {
            Predecessor replaced = layers.put(instruction, new Predecessor(layer, made));
            entries += layer.size() - (replaced == null ? 0 : replaced.layer().size());
            Iterator<Predecessor> eldest = layers.values().iterator();
            while ((entries > MOST_ENTRIES || layers.size() > MOST_LAYERS) && eldest.hasNext()) {
                entries -= eldest.next().layer().size();
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }
}
