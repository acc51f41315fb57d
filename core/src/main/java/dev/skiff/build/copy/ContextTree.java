package dev.skiff.build.copy;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The build context: a directory of the host, without what {@code .dockerignore} leaves out. Its files are root's, whoever
 * has them on the host, and sockets are nothing.
 */
public final class ContextTree implements SourceTree {
    private final Path root;
    private final IgnoreRules rules;
    private final FileDigests digests;
    private final Map<RawPath, FileStamp> stamps = new HashMap<>();

    /** @param root an absolute path; it may be a link itself */
    public ContextTree(Path root, IgnoreRules rules, FileDigests digests) {
        this.root = root;
        this.rules = rules;
        this.digests = digests;
    }

    /** The file was written to, or replaced, while the build was reading it. */
    public static final class ChangedException extends IOException {
        private static final long serialVersionUID = 1L;

        ChangedException(String file) {
            super(file + " changed while it was being read; build again once it is left alone");
        }
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        if (path.isRoot()) {
            return onDisk(path);
        }
        IgnoreRules.Directory parent = enter(path.parent());
        return parent.nothingBelow() ? Optional.empty() : onDisk(path).filter(file -> isIn(parent, file));
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        IgnoreRules.Directory ignored = enter(directory);
        if (ignored.nothingBelow()) {
            return List.of();
        }
        List<SourceFile> children = new ArrayList<>();
        for (RawPath name : names(directory)) {
            onDisk(directory.resolve(name)).filter(file -> isIn(ignored, file)).ifPresent(children::add);
        }
        children.sort(Comparator.comparing(SourceFile::path));
        return children;
    }

    private IgnoreRules.Directory enter(RawPath directory) {
        if (directory.isRoot() || rules.isEmpty()) {
            return rules.root();
        }
        return enter(directory.parent()).enter(text(directory.name()));
    }

    /** A directory that is left out is in all the same when something below it is brought back. */
    private boolean isIn(IgnoreRules.Directory parent, SourceFile file) {
        String name = text(file.path().name());
        if (!parent.excludes(name)) {
            return true;
        }
        return file.isDirectory()
                && !parent.enter(name).nothingBelow()
                && !children(file.path()).isEmpty();
    }

    private List<RawPath> names(RawPath directory) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(HostNames.below(root, directory))) {
            List<RawPath> names = new ArrayList<>();
            for (Path child : stream) {
                names.add(HostNames.raw(child.getFileName()));
            }
            return names;
        } catch (NoSuchFileException | NotDirectoryException removed) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + HostNames.below(root, directory) + " of the build context", e);
        }
    }

    private Optional<SourceFile> onDisk(RawPath path) {
        Path file = HostNames.below(root, path);
        try {
            HostFile found = path.isRoot() ? HostFile.followed(file) : HostFile.of(file);
            return found.metadata().type() == FileMetadata.S_IFSOCK
                    ? Optional.empty()
                    : Optional.of(sourceFile(path, file, found));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            Path parent = file.getParent();
            if (parent != null && Files.isRegularFile(parent)) { // the JDK has no exception of its own for ENOTDIR
                return Optional.empty();
            }
            throw new UncheckedIOException("read the attributes of " + file + " of the build context", e);
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
        return Files.newInputStream(HostNames.below(root, file.path()), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        Path path = HostNames.below(root, file.path());
        FileStamp known = stamps.get(file.path());
        FileStamp stamp = known == null ? HostFile.of(path).stamp() : known;
        Optional<Digest> remembered = digests.find(path.toString(), stamp);
        return remembered.isPresent() ? remembered.get() : digest(file, path, stamp);
    }

    private Digest digest(SourceFile file, Path path, FileStamp stamp) throws IOException {
        Instant before = Instant.now();
        Digest digest = hash(file);
        if (!HostFile.of(path).stamp().equals(stamp)) {
            throw new ChangedException(path.toString());
        }
        digests.remember(path.toString(), stamp, digest, stamp.isSettled(before));
        return digest;
    }

    private Digest hash(SourceFile file) throws IOException {
        try (InputStream in = open(file)) {
            return ContentHash.of(in);
        }
    }

    @Override
    public String whyMissing(RawPath path) {
        return rules.excludes(text(path)) && onDisk(path).isPresent() ? "; .dockerignore leaves it out" : "";
    }

    private static String text(RawPath path) {
        return ByteText.decode(path.bytes());
    }
}
