package dev.skiff.store;

import dev.skiff.layer.LayerIndex;
import dev.skiff.layer.LayerIndexFormat;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/** An unpacked layer: a directory for overlayfs to stack, which nobody changes. */
public final class StoredLayer {
    static final String DIFF = "diff";
    static final String INDEX = "index";
    static final String RECORD = "layer.json";

    private final DiffId diffId;
    private final Path home;

    StoredLayer(DiffId diffId, Path home) {
        this.diffId = diffId;
        this.home = home;
    }

    /** What names the layer. */
    public DiffId diffId() {
        return diffId;
    }

    /** The directory to stack. */
    public Path directory() {
        return home.resolve(DIFF);
    }

    /** What is in it. Read anew each time: keep it for as long as it is needed. */
    public LayerIndex index() {
        Path file = home.resolve(INDEX);
        return StoreIo.call("read the index of a layer", file, () -> LayerIndexFormat.read(Files.readAllBytes(file)));
    }

    /** How many bytes its tar has, uncompressed. */
    public long tarBytes() {
        return record().tarBytes();
    }

    LayerRecord record() {
        Path file = home.resolve(RECORD);
        return StoreIo.call(
                "read the record of a layer", file, () -> Json.read(Files.readAllBytes(file), LayerRecord.class));
    }

    @Override
    public String toString() {
        return diffId.toString();
    }
}
