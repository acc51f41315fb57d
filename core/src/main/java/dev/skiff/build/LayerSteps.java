package dev.skiff.build;

import dev.skiff.oci.Digest;
import dev.skiff.store.StepCache;
import dev.skiff.store.Store;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes the layer of a step, or finds the one that an earlier build, or another stage of this one, has made. Thread-safe. */
final class LayerSteps {
    private final Store store;
    private final boolean noCache;
    private final ImageTimes times;
    private final OncePerKey<Digest, Made> ofThisBuild = new OncePerKey<>();

    private record Made(StoredLayer layer, Instant created) {}

    LayerSteps(Store store, boolean noCache, ImageTimes times) {
        this.store = store;
        this.noCache = noCache;
        this.times = times;
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
    StageState apply(StageState state, Progress.Step step, Digest key, String createdBy, Maker maker)
            throws IOException {
        Made made = ofThisBuild.get(key, () -> {
            Optional<Made> known = noCache ? Optional.empty() : find(key);
            return known.isPresent() ? known.get() : make(key, step, maker);
        });
        step.endAsCached();
        return state.withLayer(made.layer(), key, made.created(), createdBy);
    }

    private Optional<Made> find(Digest key) {
        Optional<StepCache.Step> known = store.steps().find(key);
        return known.flatMap(StepCache.Step::layer)
                .flatMap(store.layers()::find)
                .map(layer -> new Made(layer, Instant.parse(known.orElseThrow().result())));
    }

    private Made make(Digest key, Progress.Step step, Maker maker) throws IOException {
        Instant now = times.clamp(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        StoredLayer layer = maker.make(now);
        store.steps().put(key, new StepCache.Step(Optional.of(layer.diffId()), now.toString()));
        step.finished(layer.tarBytes());
        return new Made(layer, now);
    }
}
