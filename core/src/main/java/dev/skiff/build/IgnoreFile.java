package dev.skiff.build;

import dev.skiff.DockerfileException;
import dev.skiff.build.context.RawContext;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is left out of a context, and which file says so.
 *
 * @param name for messages
 */
record IgnoreFile(String name, IgnoreRules rules) {
    private static final String NAME = ".dockerignore";

    /**
     * What a context says itself, at its root.
     *
     * @throws DockerfileException for a line that makes no sense
     */
    static IgnoreFile of(RawContext context) throws IOException {
        return parse(NAME, SmallFiles.read(context, NAME)).orElse(new IgnoreFile(NAME, IgnoreRules.NONE));
    }

    /** What lies beside a Dockerfile, for it alone; it replaces what the context says. */
    static Optional<IgnoreFile> beside(Path dockerfile) throws IOException {
        String name = dockerfile.getFileName() + NAME;
        return parse(name, SmallFiles.read(dockerfile.resolveSibling(name)));
    }

    /** The same for a Dockerfile in the context. */
    static Optional<IgnoreFile> beside(RawContext context, String dockerfile) throws IOException {
        String name = dockerfile + NAME;
        return parse(name, SmallFiles.read(context, name));
    }

    private static Optional<IgnoreFile> parse(String name, Optional<byte[]> content) {
        return content.map(bytes -> new IgnoreFile(name, IgnoreRules.parse(name, bytes)));
    }
}
