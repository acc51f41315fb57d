package dev.skiff.build.context;

import dev.skiff.build.copy.SourceTree;
import java.util.OptionalLong;

/**
 * All files of a context, before {@code .dockerignore}; sockets included, for {@link ContextTree} to tell of them. Thread-safe,
 * for several steps take from it at once.
 */
public interface RawContext extends SourceTree, AutoCloseable {
    /** What messages call it. */
    String label();

    /** How old the newest of its files is, in seconds since the epoch, if that is the same wherever it is unpacked. */
    default OptionalLong newest() {
        return OptionalLong.empty();
    }

    /** Keeps what is worth keeping for the next build, and lets the rest go. Never fails. */
    @Override
    void close();
}
