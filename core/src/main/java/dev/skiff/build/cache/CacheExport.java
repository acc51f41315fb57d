package dev.skiff.build.cache;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.store.OutgoingLayer;
import dev.skiff.store.Store;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes what the steps of a build came to into caches. The same steps with the same results are the same bytes. */
public final class CacheExport {
    private final Store store;
    private final SortedMap<Digest, Step> steps = new TreeMap<>();

    /** @param steps by key */
    public CacheExport(Store store, Map<Digest, Step> steps) {
        this.store = store;
        this.steps.putAll(steps);
    }

    /**
     * What a step came to.
     *
     * @param created when it was carried out
     */
    public record Step(StoredLayer layer, Instant created) {}

    /** Replaces the cache there; nothing is written if there were no steps. */
    public void to(CachePlace place) throws IOException {
        if (steps.isEmpty()) {
            return;
        }
        SortedMap<DiffId, OutgoingLayer> layers = layers();
        List<Descriptor> blobs = place.put(List.copyOf(layers.values()));
        byte[] configDocument = Json.write(records(List.copyOf(layers.keySet())));
        Descriptor config = Descriptor.of(CacheRecords.MEDIA_TYPE, configDocument);
        Manifest manifest = Manifest.of(config, blobs);
        byte[] document = Json.write(manifest);
        place.put(config, configDocument, Descriptor.of(manifest.mediaType().orElseThrow(), document), document);
    }

    private SortedMap<DiffId, OutgoingLayer> layers() {
        SortedMap<DiffId, OutgoingLayer> layers = new TreeMap<>();
        for (Step step : steps.values()) {
            layers.put(step.layer().diffId(), store.images().outgoing(step.layer()));
        }
        return layers;
    }

    private CacheRecords records(List<DiffId> diffIds) {
        List<CacheRecords.Step> records = new ArrayList<>();
        steps.forEach((key, step) -> records.add(
                new CacheRecords.Step(key, diffIds.indexOf(step.layer().diffId()), step.created())));
        return new CacheRecords(records, diffIds);
    }
}
