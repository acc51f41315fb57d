package dev.skiff.build.context;

import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Through {@code java.nio.file}: any file system of any host. */
final class PathAccess implements FileAccess {
    private static final LinkOption[] FOLLOWED = {};
    private static final LinkOption[] ITSELF = {LinkOption.NOFOLLOW_LINKS};

    private final Path root;
    private final OpenOption[] openItself;

    PathAccess(Path root) {
        this.root = root;
        boolean ofHost = root.getFileSystem().equals(FileSystems.getDefault());
        this.openItself = ofHost ? ITSELF : new OpenOption[0]; // zip files know no links
    }

    @Override
    public HostFile look(RawPath path, boolean followed) throws IOException {
        return HostFile.of(at(path), followed ? FOLLOWED : ITSELF);
    }

    private Path at(RawPath path) {
        return HostNames.below(root, path);
    }

    @Override
    public void list(RawPath directory, BiConsumer<RawPath, HostFile> found) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(at(directory))) {
            for (Path child : stream) {
                RawPath path = directory.resolve(HostNames.raw(child.getFileName()));
                lookAtChild(child).ifPresent(file -> found.accept(path, file));
            }
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private static Optional<HostFile> lookAtChild(Path child) throws IOException {
        try {
            return Optional.of(HostFile.of(child, ITSELF));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] readLink(RawPath path) throws IOException {
        return HostNames.bytes(Files.readSymbolicLink(at(path)));
    }

    @Override
    public Optional<InputStream> open(RawPath path) throws IOException {
        Path file = at(path);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(Files.newInputStream(file, openItself))
                : Optional.empty();
    }

    @Override
    public Optional<HostFile> read(RawPath path, byte[] target, int offset, int length) throws IOException {
        Optional<InputStream> opened = open(path);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = opened.get()) {
            if (in.readNBytes(target, offset, length) < length || in.read() >= 0) {
                return Optional.empty();
            }
        }
        return Optional.of(look(path, false));
    }
}
