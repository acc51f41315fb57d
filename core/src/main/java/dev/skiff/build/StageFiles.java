package dev.skiff.build;

import dev.skiff.build.copy.SourceTree;
import dev.skiff.build.copy.StackTree;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.Links;
import dev.skiff.linux.RawPath;
import dev.skiff.run.ImageFiles;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The files of a stage, without a mount: what is where comes from the indexes of its layers, and a layer is opened when a
 * content is asked for. Thread-safe.
 */
final class StageFiles implements ImageFiles {
    private final LayerContents contents;
    private final List<StoredLayer> layers;
    private final LayerStack stack;

    StageFiles(LayerContents contents, LayerIndexes indexes, List<StoredLayer> layers) {
        this.contents = contents;
        this.layers = List.copyOf(layers);
        this.stack = new LayerStack(layers.stream().map(indexes::of).toList());
    }

    LayerStack stack() {
        return stack;
    }

    /** For COPY to take from. */
    SourceTree tree() {
        return new StackTree(stack, this::open);
    }

    private InputStream open(int layer, RawPath path) {
        return contents.open(layers.get(layer), path);
    }

    @Override
    public Optional<byte[]> read(RawPath path, int mostBytes) throws IOException {
        Optional<LayerStack.Found> found = Links.follow(
                        path, at -> stack.find(at).map(LayerStack.Found::entry).flatMap(LayerEntry::linkTarget))
                .flatMap(stack::find);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        LayerEntry file = found.get().entry();
        if (!file.metadata().isRegular() || file.metadata().size() > mostBytes) {
            throw new IOException("/" + path + " of the image is no regular file of at most " + mostBytes + " bytes");
        }
        try (InputStream content = open(found.get().layer(), file.path())) {
            return Optional.of(content.readNBytes(mostBytes));
        }
    }
}
