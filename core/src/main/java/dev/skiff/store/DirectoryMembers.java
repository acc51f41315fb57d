package dev.skiff.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The files below a directory. A link, FIFO or device in it is no file, and nothing outside of it is. */
final class DirectoryMembers implements Members {
    private final Path root;

    DirectoryMembers(Path directory) throws IOException {
        this.root = directory.toRealPath();
    }

    @Override
    public Optional<InputStream> open(String name) throws IOException {
        Optional<Path> file = file(name);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public Optional<Long> size(String name) throws IOException {
        Optional<Path> file = file(name);
        return file.isEmpty() ? Optional.empty() : Optional.of(Files.size(file.get()));
    }

    private Optional<Path> file(String name) throws IOException {
        Path file = root.resolve(name).normalize();
        boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        return regular && file.toRealPath().startsWith(root) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public void close() {}
}
