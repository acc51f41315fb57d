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
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory of the host, or of any other {@link java.nio.file.FileSystem}. Its files are root's, whoever has them there.
 * Only regular files are ever opened: a FIFO would wait for a writer that does not come.
 */
public final class HostTree implements RawContext {
    private final Path root;
    private final FileDigests digests;
    private final Problems problems;
    private final OpenOption[] itself;
    private final InstantSource clock;
    private final Map<RawPath, FileStamp> stamps = new ConcurrentHashMap<>();

    /** @param root an absolute path; it may be a link itself */
    public HostTree(Path root, FileDigests digests) {
        this(root, digests, InstantSource.system());
    }

    /** @param clock tells how long ago a file was changed */
    HostTree(Path root, FileDigests digests, InstantSource clock) {
        this.root = root;
        this.digests = digests;
        this.problems = new Problems(root.toString());
        this.clock = clock;
        boolean ofHost = root.getFileSystem().equals(FileSystems.getDefault());
        this.itself =
                ofHost ? new OpenOption[] {LinkOption.NOFOLLOW_LINKS} : new OpenOption[0]; // zip files know no links
    }

    @Override
    public String label() {
        return problems.context();
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        Path file = HostNames.below(root, path);
        return path.isRoot() ? look(path, file) : look(path, file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        List<SourceFile> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(HostNames.below(root, directory))) {
            for (Path child : stream) {
                RawPath path = directory.resolve(HostNames.raw(child.getFileName()));
                look(path, child, LinkOption.NOFOLLOW_LINKS).ifPresent(children::add);
            }
        } catch (NoSuchFileException | NotDirectoryException removed) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw problems.unreadable("list", directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw problems.unreadable("list", directory, e);
        }
        children.sort(Comparator.comparing(SourceFile::path));
        return children;
    }

    private Optional<SourceFile> look(RawPath path, Path file, LinkOption... options) {
        try {
            return Optional.of(sourceFile(path, file, HostFile.of(file, options)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            Path parent = file.getParent();
            if (parent != null && Files.isRegularFile(parent)) { // the JDK has no exception of its own for ENOTDIR
                return Optional.empty();
            }
            throw problems.unreadable("look at", path, e);
        }
    }

    private SourceFile sourceFile(RawPath path, Path file, HostFile found) throws IOException {
        FileMetadata metadata = found.metadata();
        if (metadata.isRegular()) {
            stamps.put(path, found.stamp());
        }
        Optional<byte[]> target =
                metadata.isSymlink() ? Optional.of(HostNames.bytes(Files.readSymbolicLink(file))) : Optional.empty();
        Optional<Object> inode = metadata.isRegular() && found.links() > 1
                ? Optional.of(List.of(found.stamp().device(), found.stamp().inode()))
                : Optional.empty();
        return new SourceFile(path, metadata, target, inode);
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        Path path = HostNames.below(root, file.path());
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw problems.changed(file.path());
            }
            return new ContextContent(Files.newInputStream(path, itself), file, problems);
        } catch (IOException e) {
            throw problems.unreadable("read", file.path(), Problems.orInterrupt(e));
        }
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        FileStamp stamp = stamps.get(file.path());
        if (stamp == null) {
            throw new AssertionError(file.path() + " is no regular file that was found here");
        }
        Optional<Digest> remembered = digests.find(file.path(), stamp);
        return remembered.isPresent() ? remembered.get() : digest(file, stamp);
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

    @Override
    public boolean isStill(SourceFile file) throws IOException {
        FileStamp stamp = stamps.get(file.path());
        return stamp != null
                && stamp.isSettled(clock.instant())
                && stampNow(file).equals(stamp);
    }

    private Digest hash(SourceFile file) throws IOException {
        try (InputStream in = open(file)) {
            return ContentHash.of(in);
        }
    }

    private FileStamp stampNow(SourceFile file) throws ClosedByInterruptException {
        try {
            return HostFile.of(HostNames.below(root, file.path()), LinkOption.NOFOLLOW_LINKS)
                    .stamp();
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
