package dev.skiff.store;

import dev.skiff.linux.FileTree;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Layers that are whole and perhaps not on the disk yet. To wait for the disk at each step of a build would cost more than the
 * steps do, so their records name the boot of the machine that they were made in, and count in that boot alone: after a power cut
 * such a layer is not there, whatever is left of it. Before an image is seen its layers are settled: all that is unwritten is
 * written, and only then the records that name no boot. A record that is torn counts as none. Thread-safe.
 */
final class UnsettledLayers {
    private final LayerHost host;
    private final Workspace workspace;
    private final Map<DiffId, StoredLayer> ours = new ConcurrentHashMap<>();
    private final Set<DiffId> whole = ConcurrentHashMap.newKeySet();

    UnsettledLayers(LayerHost host, Workspace workspace) {
        this.host = host;
        this.workspace = workspace;
    }

    /** Whether all of a layer is there that has a directory; if so it stays so until the machine is started anew. */
    boolean isWhole(StoredLayer layer) throws IOException {
        if (whole.contains(layer.diffId())) {
            return true;
        }
        try {
            byte[] record = Files.readAllBytes(layer.recordFile());
            boolean counts =
                    Json.read(record, LayerRecord.class).boot().orElse(Boot.ID).equals(Boot.ID);
            if (counts) {
                whole.add(layer.diffId());
            }
            return counts;
        } catch (NoSuchFileException | JsonException torn) {
            return false;
        }
    }

    /** A layer that this store has just made and not settled. */
    void add(StoredLayer layer) {
        ours.put(layer.diffId(), layer);
    }

    /** Has these layers on the disk, whoever has made them, and all that this store has made. */
    void settle(Collection<StoredLayer> layers) throws IOException {
        Map<DiffId, StoredLayer> open = new HashMap<>(ours);
        for (StoredLayer layer : layers) {
            if (layer.record().boot().isPresent()) {
                open.put(layer.diffId(), layer);
            }
        }
        List<StoredLayer> unsettled = new ArrayList<>();
        for (StoredLayer layer : open.values()) {
            if (Files.exists(layer.recordFile())) {
                unsettled.add(layer);
            }
        }
        if (!unsettled.isEmpty()) {
            try (FileTree tree = host.tree(unsettled.get(0).directory())) {
                tree.sync();
                for (StoredLayer layer : unsettled) {
                    byte[] record = Json.write(layer.record().settled());
                    DurableFiles.writeLazily(layer.recordFile(), record, workspace.directory());
                }
                tree.sync();
            }
        }
        open.forEach(ours::remove);
    }
}
