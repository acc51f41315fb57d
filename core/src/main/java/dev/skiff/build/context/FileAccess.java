package dev.skiff.build.context;

import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;

/** How files below a directory are looked at and read. Thread-safe. */
interface FileAccess {
    /** The cheapest way that there is for this directory. */
    static FileAccess to(Path root) {
        Optional<FileAccess> direct =
                root.getFileSystem().equals(FileSystems.getDefault()) ? DirectAccess.to(root) : Optional.empty();
        return direct.orElseGet(() -> new PathAccess(root));
    }

    /** What is there, itself or what a link leads to. */
    HostFile look(RawPath path, boolean followed) throws IOException;

    /** Tells of what is in a directory, by the full path. */
    void list(RawPath directory, BiConsumer<RawPath, HostFile> found) throws IOException;

    /** What a link says, byte for byte. */
    byte[] readLink(RawPath path) throws IOException;

    /** The content of what was a regular file when it was looked at; an empty result if it is none any more. */
    Optional<InputStream> open(RawPath path) throws IOException;

    /**
     * Fills part of an array with the content of what was a regular file of that size.
     *
     * @return what it was like when it had been read; nothing if it is no such file any more
     */
    Optional<HostFile> read(RawPath path, byte[] target, int offset, int length) throws IOException;
}
