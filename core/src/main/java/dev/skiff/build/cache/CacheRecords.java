package dev.skiff.build.cache;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.JsonField;
import java.time.Instant;
import java.util.List;

/**
 * The config of a cache: which steps made its layers.
 *
 * @param diffIds what the layers of the manifest unpack to, in the same order
 */
record CacheRecords(
        @JsonField(required = true) List<Step> steps,
        @JsonField(value = "diff_ids", required = true) List<DiffId> diffIds) {
    static final String MEDIA_TYPE = "application/vnd.skiff.buildcache.v1+json";

    CacheRecords {
        steps = List.copyOf(steps);
        diffIds = List.copyOf(diffIds);
        for (Step step : steps) {
            if (step.layer() < 0 || step.layer() >= diffIds.size()) {
                throw new IllegalArgumentException(
                        "layer must be one of " + diffIds.size() + ", counted from 0, got " + step.layer());
            }
        }
    }

    /**
     * What a step came to.
     *
     * @param key a hash of all that the step depends on
     * @param layer its number in the manifest
     * @param created when it was carried out
     */
    record Step(Digest key, int layer, Instant created) {}
}
