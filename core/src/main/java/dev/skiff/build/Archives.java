package dev.skiff.build;

import dev.skiff.build.copy.ArchivePlanner;
import dev.skiff.build.copy.LayerPlan;
import dev.skiff.build.copy.LayerPlan.ConflictException;
import dev.skiff.build.copy.Selection;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.Decompression;
import dev.skiff.layer.LayerUnpacker;
import dev.skiff.layer.OverlayForm;
import dev.skiff.layer.TarReader;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.store.LayerStore;
import dev.skiff.store.NewLayer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The archives that one ADD unpacks: each into a directory of its own first, where no name in it can lead out, and from there into
 * the layer. What is an archive, its first bytes say, and not its name.
 */
final class Archives implements AutoCloseable {
    private final LayerStore layers;
    private final OverlayForm form;
    private final List<NewLayer> opened = new ArrayList<>();

    Archives(LayerStore layers, OverlayForm form) {
        this.layers = layers;
        this.form = form;
    }

    /** Plans what is in a source that is an archive; false, and nothing done, if it is none. */
    boolean unpack(Selection source, CopyArguments arguments, LayerPlan plan) throws IOException, ConflictException {
        if (!source.top().metadata().isRegular() || !isArchive(source)) {
            return false;
        }
        NewLayer directory = layers.create();
        opened.add(directory);
        try (InputStream in = open(source)) {
            UnpackedLayer archive = LayerUnpacker.unpack(in, directory.files(), ArchiveLimits.DEFAULT, form);
            new ArchivePlanner(plan, arguments.owner())
                    .place(archive.index(), directory.files(), plan.follow(arguments.target()));
        }
        return true;
    }

    private static boolean isArchive(Selection source) {
        try (InputStream in = open(source)) {
            return new TarReader(in, ArchiveLimits.DEFAULT).next().isPresent();
        } catch (IOException somethingElse) {
            return false;
        }
    }

    private static InputStream open(Selection source) throws IOException {
        return Decompression.unpack(source.tree().open(source.top()), ArchiveLimits.DEFAULT);
    }

    @Override
    public void close() {
        opened.forEach(NewLayer::close);
    }
}
