package dev.skiff.store;

import dev.skiff.layer.LayerIndex;
import dev.skiff.layer.LayerIndexFormat;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

    /** Whether it was made here, so that its tar can be made of its directory again. */
    boolean built() {
        return record().built();
    }

    /**
     * The directories that show these layers when overlayfs stacks them, the lowest first. Layers below one that hides
     * everything are left out, for overlayfs merges the roots of all, whatever their marks. A layer that comes twice is taken
     * once, where it is uppermost: overlayfs refuses the same directory twice (ELOOP), and what a layer says holds from its
     * uppermost place down.
     *
     * @param layers the lowest first
     */
    public static List<Path> directories(List<StoredLayer> layers) {
        Set<Path> fromTop = new LinkedHashSet<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            fromTop.add(layers.get(i).directory());
            if (layers.get(i).record().hidesEverything()) {
                break;
            }
        }
        List<Path> directories = new ArrayList<>(fromTop);
        Collections.reverse(directories);
        return directories;
    }

    Path recordFile() {
        return home.resolve(RECORD);
    }

    LayerRecord record() {
        Path file = recordFile();
        return StoreIo.call(
                "read the record of a layer", file, () -> Json.read(Files.readAllBytes(file), LayerRecord.class));
    }

    @Override
    public String toString() {
        return diffId.toString();
    }
}
