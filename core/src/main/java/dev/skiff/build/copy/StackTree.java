package dev.skiff.build.copy;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerStack;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** The files of a stage or an image, as its layers make them together. */
public final class StackTree implements SourceTree {
    private final LayerStack stack;
    private final Contents contents;

    /** Where the contents of files are. */
    @FunctionalInterface
    public interface Contents {
        /** Opens a regular file of one layer, which is counted from 0 at the bottom. */
        InputStream open(int layer, RawPath path) throws IOException;
    }

    public StackTree(LayerStack stack, Contents contents) {
        this.stack = stack;
        this.contents = contents;
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        return stack.find(path).map(StackTree::file);
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        return stack.children(directory).stream().map(StackTree::file).toList();
    }

    private static SourceFile file(LayerStack.Found found) {
        LayerEntry entry = found.entry();
        Optional<Object> inode = entry.metadata().isRegular()
                ? Optional.of(List.of(found.layer(), entry.hardLinkTo().orElse(entry.path())))
                : Optional.empty();
        return new SourceFile(entry.path(), entry.metadata(), entry.linkTarget(), inode);
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        LayerStack.Found found = stack.find(file.path()).orElseThrow();
        return contents.open(found.layer(), file.path());
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        Optional<Digest> known =
                stack.find(file.path()).flatMap(found -> found.entry().content());
        if (known.isPresent()) {
            return known.get();
        }
        try (InputStream in = open(file)) {
            return ContentHash.of(in);
        }
    }
}
