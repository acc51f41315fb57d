package dev.skiff.build.context;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Where a context comes from. Nothing is read before it is opened, and each build opens it anew. */
public interface ContextSource {
    /**
     * Opens the context; whoever does closes it.
     *
     * @throws dev.skiff.BuildContextException if it is not there, or not what it should be
     */
    RawContext open(Workplace workplace) throws IOException;

    /** How messages call it. */
    String label();

    /** What a context may use while it is open. */
    interface Workplace {
        /** A name for a file that does not outlive the build. */
        Path newFile();

        /** A directory for what is remembered from build to build. */
        Path memory();

        /** How much a context may hold. */
        OptionalLong mostBytes();
    }
}
