package dev.skiff.build.context;

import dev.skiff.SkiffException;
import dev.skiff.build.copy.ContentHash;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the host, or of any other {@link java.nio.file.FileSystem}. Its files are root's, whoever has them there.
 * Only regular files are ever opened: a FIFO would wait for a writer that does not come.
 */
public final class HostTree implements RawContext {
    private final FileAccess files;
    private final FileDigests digests;
    private final Problems problems;
    private final InstantSource clock;

    /** What is known of a regular file that was found. */
    private static final class Seen {
        private final FileStamp stamp;
        private volatile @Nullable Digest digest;

        Seen(FileStamp stamp) {
            this.stamp = stamp;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Seen seen && stamp.equals(seen.stamp);
        }

        @Override
        public int hashCode() {
            return stamp.hashCode();
        }
    }

    /** @param root an absolute path; it may be a link itself */
    public HostTree(Path root, FileDigests digests) {
        this(root, FileAccess.to(root), digests, InstantSource.system());
    }

    /** @param clock tells how long ago a file was changed */
    HostTree(Path root, FileAccess files, FileDigests digests, InstantSource clock) {
        this.files = files;
        this.digests = digests;
        this.problems = new Problems(root.toString());
        this.clock = clock;
    }

    @Override
    public String label() {
        return problems.context();
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        try {
            return Optional.of(sourceFile(path, files.look(path, path.isRoot())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            if (isBelowFile(path)) {
                return Optional.empty();
            }
            throw problems.unreadable("look at", path, e);
        }
    }

    /** Whether there can be nothing at a path: the JDK has no exception of its own for ENOTDIR. */
    private boolean isBelowFile(RawPath path) {
        try {
            return !path.isRoot() && files.look(path.parent(), true).metadata().isRegular();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        List<SourceFile> children = new ArrayList<>();
        try {
            files.list(directory, (path, file) -> found(path, file).ifPresent(children::add));
        } catch (NoSuchFileException | NotDirectoryException removed) {
            return List.of();
        } catch (IOException e) {
            throw problems.unreadable("list", directory, e);
        }
        children.sort(Comparator.comparing(SourceFile::path));
        return children;
    }

    private Optional<SourceFile> found(RawPath path, HostFile file) {
        try {
            return Optional.of(sourceFile(path, file));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        } catch (IOException e) {
            throw problems.unreadable("look at", path, e);
        }
    }

    private SourceFile sourceFile(RawPath path, HostFile found) throws IOException {
        FileMetadata metadata = found.metadata();
        Optional<byte[]> target = metadata.isSymlink() ? Optional.of(files.readLink(path)) : Optional.empty();
        Optional<Object> inode = metadata.isRegular() && found.links() > 1
                ? Optional.of(List.of(found.stamp().device(), found.stamp().inode()))
                : Optional.empty();
        Optional<Object> seen = metadata.isRegular() ? Optional.of(new Seen(found.stamp())) : Optional.empty();
        return new SourceFile(path, metadata, target, inode, seen);
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        try {
            InputStream content = files.open(file.path()).orElseThrow(() -> problems.changed(file.path()));
            return new ContextContent(content, file, problems);
        } catch (IOException e) {
            throw problems.unreadable("read", file.path(), Problems.orInterrupt(e));
        }
    }

    @Override
    public boolean read(SourceFile file, byte[] target, int offset, int length) throws IOException {
        try {
            FileStamp after = files.read(file.path(), target, offset, length)
                    .orElseThrow(() -> problems.changed(file.path()))
                    .stamp();
            FileStamp stamp = seen(file).stamp;
            return stamp.isSettled(clock.instant()) && stamp.equals(after);
        } catch (IOException e) {
            throw problems.unreadable("read", file.path(), Problems.orInterrupt(e));
        }
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        Seen seen = seen(file);
        Digest known = seen.digest;
        if (known == null) {
            Optional<Digest> remembered = digests.find(file.path(), seen.stamp);
            known = remembered.isPresent() ? remembered.get() : digest(file, seen.stamp);
            seen.digest = known;
        }
        return known;
    }

    private static Seen seen(SourceFile file) {
        return (Seen) file.seen().orElseThrow(() -> new AssertionError(file.path() + " is no regular file"));
    }

    private Digest digest(SourceFile file, FileStamp stamp) throws IOException {
        Instant before = clock.instant();
        Digest digest = hash(file);
        if (!stampNow(file).equals(stamp)) {
            throw problems.changed(file.path());
        }
        digests.remember(file.path(), stamp, digest, stamp.isSettled(before));
        return digest;
    }

    private Digest hash(SourceFile file) throws IOException {
        try (InputStream in = open(file)) {
            return ContentHash.of(in);
        }
    }

    private FileStamp stampNow(SourceFile file) throws ClosedByInterruptException {
        try {
            return files.look(file.path(), false).stamp();
        } catch (IOException e) {
            throw problems.unreadable("look at", file.path(), Problems.orInterrupt(e));
        }
    }

    @Override
    public SkiffException changed(SourceFile file) {
        return problems.changed(file.path());
    }

    @Override
    public void close() {
        digests.save();
    }
}
