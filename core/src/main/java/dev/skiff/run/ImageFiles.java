package dev.skiff.run;

import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.util.Optional;

/** The files of an image, without a mount. */
@FunctionalInterface
public interface ImageFiles {
    /**
     * A regular file's content, links followed as they would be inside a container; empty if there is nothing.
     *
     * @throws IOException if it is something else, or larger than {@code mostBytes}
     */
    Optional<byte[]> read(RawPath path, int mostBytes) throws IOException;
}
