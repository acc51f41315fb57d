package dev.skiff.build.context;

import dev.skiff.build.context.ListedTree.Content;
import dev.skiff.build.context.ListedTree.Listed;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Gathers the files of a {@link ListedTree}. Directories that nobody adds are made on the way, what is added later replaces
 * what was there, and nothing is ever put below something that is no directory: a link leads nowhere while a tree is made.
 */
final class ListingBuilder {
    static final int DIRECTORY = 0755;

    private static final int MOST_PATH_BYTES = 4095; // PATH_MAX without its NUL
    private static final int MOST_NAME_BYTES = 255; // NAME_MAX
    private static final int OVERHEAD_BYTES = 200; // of one entry in memory, beside its path

    private final Map<RawPath, NavigableMap<RawPath, Listed>> directories = new HashMap<>();
    private final long mostEntries;
    private final long mostBytes;
    private long entries;
    private long bytes;

    /** @param mostBytes of memory that the names may take */
    ListingBuilder(long mostEntries, long mostBytes) {
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
        directories.put(RawPath.ROOT, new TreeMap<>());
    }

    /** It cannot be added. The message has no context in it. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient RawPath path;

        RefusedException(RawPath path, String message) {
            super(message);
            this.path = path;
        }

        RawPath path() {
            return path;
        }

        String reason() {
            return Objects.requireNonNull(getMessage());
        }
    }

    /** Adds a directory; one that is there keeps what it holds. */
    void directory(RawPath path, FileMetadata metadata) throws RefusedException {
        put(new SourceFile(path, metadata, Optional.empty(), Optional.empty()), Optional.empty());
    }

    void file(RawPath path, FileMetadata metadata, Content content) throws RefusedException {
        put(new SourceFile(path, metadata, Optional.empty(), Optional.of(new Object())), Optional.of(content));
    }

    void link(RawPath path, FileMetadata metadata, byte[] target) throws RefusedException {
        put(new SourceFile(path, metadata, Optional.of(target), Optional.empty()), Optional.empty());
    }

    void node(RawPath path, FileMetadata metadata) throws RefusedException {
        put(new SourceFile(path, metadata, Optional.empty(), Optional.empty()), Optional.empty());
    }

    /** Adds another name of a file that is there. */
    void hardLink(RawPath path, RawPath existing) throws RefusedException {
        Optional<Listed> first = find(existing).filter(found -> found.content().isPresent());
        if (first.isEmpty()) {
            throw new RefusedException(path, "is another name of /" + existing + ", which is no file before it");
        }
        SourceFile file = first.get().file();
        put(
                new SourceFile(path, file.metadata(), Optional.empty(), file.inode()),
                first.get().content());
    }

    private Optional<Listed> find(RawPath path) {
        return Optional.ofNullable(directories.get(path.parent())).map(siblings -> siblings.get(path));
    }

    private void put(SourceFile file, Optional<Content> content) throws RefusedException {
        RawPath path = file.path();
        if (path.isRoot()) {
            if (!file.isDirectory()) {
                throw new RefusedException(path, "is the root, which can only be a directory");
            }
            return;
        }
        if (path.length() > MOST_PATH_BYTES || path.name().length() > MOST_NAME_BYTES) {
            throw new RefusedException(path, "has a name of " + path.length() + " bytes, longer than Linux takes");
        }
        makeParents(path);
        count(path);
        Listed replaced = Objects.requireNonNull(directories.get(path.parent())).put(path, new Listed(file, content));
        if (file.isDirectory()) {
            directories.putIfAbsent(path, new TreeMap<>());
        } else if (replaced != null && replaced.file().isDirectory()) {
            removeBelow(path);
        }
    }

    private void makeParents(RawPath path) throws RefusedException {
        Deque<RawPath> missing = new ArrayDeque<>();
        for (RawPath at = path.parent(); !directories.containsKey(at); at = at.parent()) {
            missing.push(at);
        }
        for (RawPath directory : missing) {
            if (find(directory).isPresent()) {
                throw new RefusedException(path, "lies below /" + directory + ", which is no directory");
            }
            count(directory);
            SourceFile made =
                    new SourceFile(directory, FileMetadata.directory(DIRECTORY), Optional.empty(), Optional.empty());
            Objects.requireNonNull(directories.get(directory.parent()))
                    .put(directory, new Listed(made, Optional.empty()));
            directories.put(directory, new TreeMap<>());
        }
    }

    private void count(RawPath path) throws RefusedException {
        bytes += path.length() + OVERHEAD_BYTES;
        if (++entries > mostEntries) {
            throw new RefusedException(path, "is one file more than the " + mostEntries + " that a context may have");
        }
        if (bytes > mostBytes) {
            throw new RefusedException(path, "is where the names take more than " + mostBytes + " bytes of memory");
        }
    }

    private void removeBelow(RawPath directory) {
        Deque<RawPath> gone = new ArrayDeque<>();
        gone.push(directory);
        while (!gone.isEmpty()) {
            NavigableMap<RawPath, Listed> children = directories.remove(gone.pop());
            if (children != null) {
                children.values().stream()
                        .filter(child -> child.file().isDirectory())
                        .forEach(child -> gone.push(child.file().path()));
            }
        }
    }

    ListedTree build(String label, Runnable onClose) {
        return build(label, OptionalLong.empty(), onClose);
    }

    /** @param newest how old the newest file is, for a context that is as old as that */
    ListedTree build(String label, OptionalLong newest, Runnable onClose) {
        return new ListedTree(label, directories, newest, onClose);
    }
}
