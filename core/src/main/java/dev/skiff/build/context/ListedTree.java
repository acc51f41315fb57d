package dev.skiff.build.context;

import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** A context whose files are all known: those of an archive, or of a program's memory. */
final class ListedTree implements RawContext {
    private final String label;
    private final Map<RawPath, NavigableMap<RawPath, Listed>> directories;
    private final OptionalLong newest;
    private final Runnable onClose;

    /** A file, and its content if it is regular. */
    record Listed(SourceFile file, Optional<Content> content) {}

    /** The content of one file, to be read as often as it is asked for. */
    interface Content {
        InputStream open() throws IOException;

        Digest digest() throws IOException;
    }

    ListedTree(
            String label,
            Map<RawPath, NavigableMap<RawPath, Listed>> directories,
            OptionalLong newest,
            Runnable onClose) {
        this.label = label;
        this.directories = directories;
        this.newest = newest;
        this.onClose = onClose;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        return path.isRoot()
                ? Optional.of(new SourceFile(
                        path, FileMetadata.directory(ListingBuilder.DIRECTORY), Optional.empty(), Optional.empty()))
                : Optional.ofNullable(in(path.parent()).get(path)).map(Listed::file);
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        Collection<Listed> children = in(directory).values();
        return children.stream().map(Listed::file).toList();
    }

    private Map<RawPath, Listed> in(RawPath directory) {
        Map<RawPath, Listed> children = directories.get(directory);
        return children == null ? Map.of() : children;
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        return content(file).open();
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        return content(file).digest();
    }

    private Content content(SourceFile file) {
        Listed listed = Objects.requireNonNull(in(file.path().parent()).get(file.path()), "a file of this tree");
        return listed.content().orElseThrow();
    }

    @Override
    public OptionalLong newest() {
        return newest;
    }

    @Override
    public void close() {
        onClose.run();
    }
}
