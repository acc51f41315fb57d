package dev.skiff.build;

import dev.skiff.CacheMiss;
import dev.skiff.build.cache.CacheExport;
import dev.skiff.build.cache.CacheImport;
import dev.skiff.layer.LatestTime;
import dev.skiff.oci.Digest;
import dev.skiff.store.StepCache;
import dev.skiff.store.Store;
import dev.skiff.store.StoredLayer;
import dev.skiff.work.Aside;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Makes the layer of a step, or finds the one that an earlier build, or another stage of this one, has made. Thread-safe. */
final class LayerSteps {
    private static final int MANY_PARTS = 100; // of a key: fewer are compared at once

    private final Store store;
    private final BuildRequest request;
    private final StepMemory memory;
    private final LatestTime latest;
    private final Executor executor;
    private final OncePerKey<Digest, Made> ofThisBuild = new OncePerKey<>();

    private final CacheImport caches;
    private final Map<Digest, CacheExport.Step> results = new ConcurrentHashMap<>();

    /** @param from the cache that had it, if it had to be brought from there */
    private record Made(StoredLayer layer, Instant created, Optional<String> from) {}

    LayerSteps(Store store, BuildRequest request, CacheImport caches, LatestTime latest, Executor executor) {
        this.store = store;
        this.caches = caches;
        this.request = request;
        String what = request.context().label() + "\n" + request.dockerfile();
        this.memory = new StepMemory(store.steps(), what);
        this.latest = latest;
        this.executor = executor;
    }

    /** Makes a layer. */
    @FunctionalInterface
    interface Maker {
        StoredLayer make(Instant now) throws IOException;
    }

    /**
     * The state with the step's layer on top. Stages that come to one step at once make it once; of builds that do, each makes it,
     * and either layer serves.
     */
    StageState apply(StageState state, Progress.Step step, StepKey key, String createdBy, Maker maker)
            throws IOException {
        latest.time().ifPresent(time -> key.setting("SOURCE_DATE_EPOCH", time.toString()));
        boolean noCache = isFresh(step);
        Made made = ofThisBuild.get(key.digest(), () -> {
            Optional<Made> known = noCache ? Optional.empty() : find(step, key);
            if (known.isPresent()) {
                return known.get();
            }
            return make(key, step, tell(step, key, noCache), maker);
        });
        step.endAsCached(made.from());
        results.put(key.digest(), new CacheExport.Step(made.layer(), made.created()));
        return state.withLayer(made.layer(), key.digest(), made.created(), createdBy);
    }

    /** Whether a step is to be carried out whatever was kept of it. */
    boolean isFresh(Progress.Step step) {
        return request.noCache() || step.isIn(request.noCacheStages());
    }

    /** Which instruction of which Dockerfile a step is, from one build to the next. */
    Digest place(Progress.Step step) {
        return memory.place(step);
    }

    /** What all steps have come to so far, by key. */
    Map<Digest, CacheExport.Step> results() {
        return Map.copyOf(results);
    }

    private Optional<Made> find(Progress.Step step, StepKey key) throws IOException {
        Optional<Made> here = find(key.digest());
        if (here.isPresent()) {
            return here;
        }
        Optional<Made> brought = caches.find(key.digest())
                .map(found -> new Made(found.layer(), found.created(), Optional.of(found.from())));
        if (brought.isPresent()) {
            memory.remember(step, key);
        }
        return brought;
    }

    private Optional<Made> find(Digest key) {
        Optional<StepCache.Step> known = store.steps().find(key);
        return known.flatMap(StepCache.Step::layer)
                .flatMap(store.layers()::find)
                .map(layer -> new Made(layer, Instant.parse(known.orElseThrow().result()), Optional.empty()));
    }

    /** Tells why a step is carried out; beside that, if there is much to compare. */
    private Aside<CacheMiss> tell(Progress.Step step, StepKey key, boolean noCache) {
        Aside<CacheMiss> why = memory.explain(step, key, noCache, step::missed);
        if (key.parts().size() > MANY_PARTS) {
            why.offerTo(executor);
        } else {
            why.run();
        }
        return why;
    }

    private Made make(StepKey key, Progress.Step step, Aside<CacheMiss> why, Maker maker) throws IOException {
        Instant now = latest.clamp(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        Aside<StepCache.Prepared> memorandum = memory.prepare(step, key);
        memorandum.offerTo(executor);
        StoredLayer layer;
        try {
            layer = maker.make(now);
        } finally {
            why.run(); // a step that fails was carried out for some reason as well
        }
        why.get();
        store.steps().put(key.digest(), new StepCache.Step(Optional.of(layer.diffId()), now.toString()));
        memory.remember(memorandum);
        step.finished(layer);
        return new Made(layer, now, Optional.empty());
    }
}
