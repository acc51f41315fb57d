package dev.skiff.build.cache;

import dev.skiff.InterruptedOperationException;
import dev.skiff.RegistryException;
import dev.skiff.SkiffException;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.store.StepCache;
import dev.skiff.store.Store;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for steps in the caches that a build may read, one after the other, and brings their layers into the store. Nothing is asked
 * before the first look-up. Thread-safe.
 */
public final class CacheImport {
    private final List<Cache> caches;
    private final Store store;
    private final Consumer<String> warnings;

    /** @param warnings hears what is wrong with a cache; the build goes on as if it were not there */
    public CacheImport(List<CachePlace> places, Store store, Consumer<String> warnings) {
        this.caches = places.stream().map(Cache::new).toList();
        this.store = store;
        this.warnings = warnings;
    }

    /**
     * A step that was found, its layer now in the store.
     *
     * @param created when it was carried out
     * @param from the place that had it
     */
    public record Found(StoredLayer layer, Instant created, String from) {}

    /** The result of a step, if any of the caches has it. */
    public Optional<Found> find(Digest key) {
        for (Cache cache : caches) {
            Optional<Found> found = cache.find(key);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** What a cache says a step came to. */
    private record Known(Descriptor blob, DiffId diffId, Instant created) {}

    private final class Cache {
        private final CachePlace place;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile @Nullable Map<Digest, Known> records;

        Cache(CachePlace place) {
            this.place = place;
        }

        Optional<Found> find(Digest key) {
            Optional<Known> known = Optional.ofNullable(records().get(key));
            try {
                return known.isEmpty() ? Optional.empty() : Optional.of(bring(key, known.get()));
            } catch (IOException | RuntimeException e) {
                warn(e);
                if (e instanceof RegistryException unreachable
                        && unreachable.status().isEmpty()) {
                    records = Map.of(); // each look-up would have to wait for it anew
                }
                return Optional.empty();
            }
        }

        private Found bring(Digest key, Known known) throws IOException {
            StoredLayer layer =
                    store.layers().adopt(known.blob(), known.diffId(), place::blob, "build cache " + place.name());
            store.steps()
                    .put(
                            key,
                            new StepCache.Step(
                                    Optional.of(layer.diffId()), known.created().toString()));
            return new Found(layer, known.created(), place.name());
        }

        private Map<Digest, Known> records() {
            Map<Digest, Known> read = records;
            if (read != null) {
                return read;
            }
            lock();
            try {
                read = records;
                if (read == null) {
                    read = readOrWarn();
                    records = read;
                }
                return read;
            } finally {
                lock.unlock();
            }
        }

        private void lock() {
            try {
                lock.lockInterruptibly();
            } catch (InterruptedException e) {
                throw new InterruptedOperationException("read build cache " + place.name(), e);
            }
        }

        private Map<Digest, Known> readOrWarn() {
            try {
                return read();
            } catch (IOException | RuntimeException e) {
                warn(e);
                return Map.of();
            }
        }

        private Map<Digest, Known> read() throws IOException {
            Optional<Manifest> found = place.manifest();
            if (found.isEmpty()) {
                return Map.of(); // before the first build that writes it
            }
            Manifest manifest = found.get();
            CacheRecords config = config(manifest.config());
            if (config.diffIds().size() != manifest.layers().size()) {
                throw new IOException("it has " + manifest.layers().size() + " layers, and tells of "
                        + config.diffIds().size());
            }
            Map<Digest, Known> known = new HashMap<>();
            for (CacheRecords.Step step : config.steps()) {
                Descriptor blob = manifest.layers().get(step.layer());
                known.put(step.key(), new Known(blob, config.diffIds().get(step.layer()), step.created()));
            }
            return known;
        }

        private CacheRecords config(Descriptor config) throws IOException {
            if (!config.mediaType().equals(CacheRecords.MEDIA_TYPE)) {
                throw new IOException(
                        "it is no build cache, but something with a config of type " + config.mediaType());
            }
            if (config.size() > Json.MAX_BYTES) {
                throw new IOException("its records have " + config.size() + " bytes");
            }
            try (InputStream in = place.blob(config)) {
                byte[] document = in.readNBytes((int) config.size() + 1);
                if (!config.describes(document)) {
                    throw new IOException("its records are not what its manifest says");
                }
                return Json.read(document, CacheRecords.class);
            }
        }

        /** Everything but an interrupt, which is not the cache's doing. */
        private void warn(Exception failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof InterruptedOperationException
                        || cause instanceof InterruptedException
                        || cause instanceof ClosedByInterruptException) {
                    throw new SkiffException("read build cache " + place.name(), failure);
                }
            }
            warnings.accept("build cache " + place.name() + " is not used: " + failure.getMessage());
        }
    }
}
