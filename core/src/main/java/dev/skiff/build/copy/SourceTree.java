package dev.skiff.build.copy;

import dev.skiff.SkiffException;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Files that COPY takes from: the build context, or those of a stage or an image. There is nothing outside of it. */
public interface SourceTree {
    /** What is at this path, itself and not what a link points to. No directory on the way may be a link. */
    Optional<SourceFile> find(RawPath path);

    /** What a directory holds, in the order of the names. */
    List<SourceFile> children(RawPath directory);

    /** Says that somebody will list these directories soon, so that a tree for which that is work can begin. */
    default void expect(List<RawPath> directories) {}

    /** The content of a regular file. */
    InputStream open(SourceFile file) throws IOException;

    /** The hash of a regular file's content, remembered where that can be. */
    Digest digest(SourceFile file) throws IOException;

    /**
     * Reads a regular file of that size, all of it, into part of an array.
     *
     * @return whether this is certainly what {@link #digest} told of; if not, only its hash can tell
     * @throws SkiffException {@link #changed} if it is not of that size any more
     */
    default boolean read(SourceFile file, byte[] target, int offset, int length) throws IOException {
        try (InputStream in = open(file)) {
            if (in.readNBytes(target, offset, length) < length || in.read() >= 0) {
                throw changed(file);
            }
        }
        return false;
    }

    /** What to fail with when a file has not the content any more that {@link #digest} told of. */
    default SkiffException changed(SourceFile file) {
        return new SkiffException("/" + file.path() + " is not any more what it was when this build first read it");
    }

    /** What a directory holds, at any depth, that can be in no image: sockets. */
    default List<RawPath> leftOut(RawPath directory) {
        return List.of();
    }

    /** Why nothing is found at a path, in words that go on after {@code not found}; mostly there is nothing to say. */
    default String whyMissing(RawPath path) {
        return "";
    }
}
