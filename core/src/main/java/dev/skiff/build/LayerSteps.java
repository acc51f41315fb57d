package dev.skiff.build;

import dev.skiff.oci.Digest;
import dev.skiff.store.StepCache;
import dev.skiff.store.Store;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes the layer of a step, or finds the one that an earlier build has made. */
final class LayerSteps {
    private final Store store;
    private final boolean noCache;
    private final ImageTimes times;

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

    /** The state with the step's layer on top. Two builds that come to one step at once both make it, and either layer serves. */
    StageState apply(StageState state, Progress.Step step, Digest key, String createdBy, Maker maker)
            throws IOException {
        Optional<StepCache.Step> known =
                noCache ? Optional.empty() : store.steps().find(key);
        Optional<StoredLayer> layer = known.flatMap(StepCache.Step::layer).flatMap(store.layers()::find);
        if (layer.isPresent()) {
            step.cached();
            return state.withLayer(
                    layer.get(), key, Instant.parse(known.orElseThrow().result()), createdBy);
        }
        Instant now = times.clamp(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        StoredLayer made = maker.make(now);
        store.steps().put(key, new StepCache.Step(Optional.of(made.diffId()), now.toString()));
        step.finished(made.tarBytes());
        return state.withLayer(made, key, now, createdBy);
    }
}
