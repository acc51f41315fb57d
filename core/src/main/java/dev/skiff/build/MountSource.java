package dev.skiff.build;

import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.Word;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerIndex;
import dev.skiff.layer.Links;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a {@code source} in a {@code from} is: a file or a directory of a stage, of an image or of a context, its links followed. */
final class MountSource {
    private final Build build;
    private final SourceTree tree;
    private final SourceFile top;
    private final Optional<List<StoredLayer>> layers;

    private MountSource(Build build, SourceTree tree, SourceFile top, Optional<List<StoredLayer>> layers) {
        this.build = build;
        this.tree = tree;
        this.top = top;
        this.layers = layers;
    }

    /**
     * Finds it.
     *
     * @param place where the Dockerfile says it
     * @param layers those that the tree shows, if it shows layers
     * @throws dev.skiff.DockerfileException if there is no such file
     */
    static MountSource of(Build build, Word place, SourceTree tree, Optional<List<StoredLayer>> layers, String source) {
        RawPath path = RawPath.ofBytes(ByteText.encode(source));
        Optional<SourceFile> top = Links.follow(path, at -> tree.find(at).flatMap(SourceFile::linkTarget))
                .flatMap(tree::find);
        return new MountSource(
                build,
                tree,
                top.orElseThrow(() -> place.error("\"/" + path + "\": not found" + tree.whyMissing(path))),
                layers);
    }

    boolean isDirectory() {
        return top.metadata().isDirectory();
    }

    FileMetadata metadata() {
        return top.metadata();
    }

    InputStream content() throws IOException {
        return tree.open(top);
    }

    /** All of it, as COPY takes it. */
    Selection selection() {
        List<SourceFile> below = new ArrayList<>();
        collect(top, below);
        return new Selection(tree, top.path().name(), top, below, new Object());
    }

    private void collect(SourceFile file, List<SourceFile> below) {
        if (file.metadata().isDirectory()) {
            for (SourceFile child : tree.children(file.path())) {
                below.add(child);
                collect(child, below);
            }
        }
    }

    /** Adds what it holds: names, modes, owners and contents, and no times. */
    void addTo(StepKey key) throws IOException {
        new SelectedSource(List.of(selection()), false).addTo(key);
    }

    /**
     * The directories of the host that show it when overlayfs stacks them, the uppermost first; of a file, the only one that has
     * it. Files of a context are put into a layer for that, so that they are root's and without what {@code .dockerignore} leaves
     * out.
     */
    List<Path> onHost() throws IOException {
        if (layers.isPresent()) {
            return onHost(layers.get(), top.path());
        }
        ContextLayer copied = ContextLayer.of(build, this);
        return onHost(List.of(copied.layer()), copied.path());
    }

    private List<Path> onHost(List<StoredLayer> stack, RawPath path) {
        if (path.isRoot()) {
            List<Path> directories = new ArrayList<>(StoredLayer.directories(stack));
            Collections.reverse(directories);
            return directories;
        }
        Set<Path> found = new LinkedHashSet<>();
        for (int i = stack.size() - 1; i >= 0; i--) {
            LayerIndex index = build.index(stack.get(i));
            Optional<LayerEntry> entry = index.find(path);
            if (entry.isPresent() && (entry.get().isWhiteout() || !isLike(entry.get()))) {
                break;
            }
            if (entry.isPresent()) {
                found.add(stack.get(i).directory().resolve(path.toString()));
            }
            if ((entry.isPresent() && !isDirectory()) || hidesBelow(index, path)) {
                break;
            }
        }
        return List.copyOf(found);
    }

    private boolean isLike(LayerEntry entry) {
        return entry.isDirectory() == isDirectory();
    }

    private static boolean hidesBelow(LayerIndex index, RawPath path) {
        for (RawPath at = path; ; at = at.parent()) {
            Optional<LayerEntry> entry = index.find(at);
            if (entry.isPresent() && (entry.get().opaque() || !entry.get().isDirectory())) {
                return true;
            }
            if (at.isRoot()) {
                return false;
            }
        }
    }
}
