package dev.skiff.build;

import dev.skiff.dockerfile.ByteText;
import java.nio.file.Path;
import java.util.List;

/** Where the Dockerfile of a build is. */
public sealed interface DockerfileSource {
    /** Names of a Dockerfile in a directory, in the order in which they are tried. */
    List<String> NAMES = List.of("Dockerfile", "dockerfile");

    /** A file of its own; it may lie outside the context, and be a link to anywhere. */
    record OfFile(Path file) implements DockerfileSource {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /**
     * A file of the context.
     *
     * @param paths those that it may have, the first that is there counts
     */
    record InContext(List<String> paths) implements DockerfileSource {
        public InContext {
            paths = List.copyOf(paths);
        }

        @Override
        public String toString() {
            return paths.get(0) + " of the build context";
        }
    }

    /** No file at all. */
    record OfText(String text) implements DockerfileSource {
        byte[] bytes() {
            return ByteText.encode(text);
        }

        @Override
        public String toString() {
            return "Dockerfile";
        }
    }
}
