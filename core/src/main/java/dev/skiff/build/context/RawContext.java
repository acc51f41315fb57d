package dev.skiff.build.context;

import dev.skiff.build.copy.SourceTree;

/**
 * All files of a context, before {@code .dockerignore}; sockets included, for {@link ContextTree} to tell of them. Thread-safe,
 * for several steps take from it at once.
 */
public interface RawContext extends SourceTree, AutoCloseable {
    /** What messages call it. */
    String label();

    /** Keeps what is worth keeping for the next build, and lets the rest go. Never fails. */
    @Override
    void close();
}
