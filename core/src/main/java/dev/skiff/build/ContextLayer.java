package dev.skiff.build;

import dev.skiff.build.copy.CopyPlanner;
import dev.skiff.build.copy.LayerPlan;
import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.LayerWriter;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.store.NewLayer;
import dev.skiff.store.StepCache;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files of a context as a layer that no image has, for a RUN to mount. It is known by what it holds, so the next RUN that mounts
 * the same, in this build or another, finds it.
 *
 * @param path where in the layer they are
 */
record ContextLayer(StoredLayer layer, RawPath path) {
    private static final RawPath DIRECTORY = RawPath.of("context");

    static ContextLayer of(Build build, MountSource source) throws IOException {
        Selection selection = source.selection();
        RawPath name = selection.top().path().name();
        StepKey parts = StepKey.of("context").with(name);
        source.addTo(parts);
        Digest key = parts.digest();
        RawPath path = DIRECTORY.resolve(name);
        Optional<StoredLayer> known = build.store()
                .steps()
                .find(key)
                .flatMap(StepCache.Step::layer)
                .flatMap(build.store().layers()::find);
        if (known.isPresent()) {
            return new ContextLayer(known.get(), path);
        }
        StoredLayer made = make(build, selection);
        build.store().steps().put(key, new StepCache.Step(Optional.of(made.diffId()), ""));
        return new ContextLayer(made, path);
    }

    private static StoredLayer make(Build build, Selection source) throws IOException {
        LayerPlan plan = new LayerPlan(new LayerStack(List.of()), Instant.EPOCH);
        try (NewLayer layer = build.store().layers().create()) {
            new CopyPlanner(plan, Optional.empty(), Optional.empty()).copy(whole(source), DIRECTORY, true);
            return layer.commit(plan.write(new LayerWriter(layer.files(), build.overlayForm()), build.executor()));
        } catch (LayerPlan.ConflictException e) {
            throw new AssertionError("an empty layer has nothing in the way", e);
        }
    }

    /** COPY would give a directory's contents alone; here it is to be there itself, so it is copied out of the one above it. */
    private static Selection whole(Selection source) {
        RawPath path = source.top().path();
        if (path.isRoot()) {
            return source;
        }
        List<SourceFile> files = new ArrayList<>();
        files.add(source.top());
        files.addAll(source.below());
        SourceFile above =
                new SourceFile(path.parent(), FileMetadata.directory(0755), Optional.empty(), Optional.empty());
        return new Selection(source.tree(), path.parent().name(), above, files, new Object());
    }
}
