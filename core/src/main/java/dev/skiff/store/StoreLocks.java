package dev.skiff.store;

import dev.skiff.InterruptedOperationException;
import dev.skiff.StoreException;
import dev.skiff.linux.LockFile;
import dev.skiff.linux.LockTimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Locks that all JVMs and threads which share a store respect, one for each thing that must not be done twice at once. */
final class StoreLocks {
    private final Path directory;
    private final Duration limit;

    StoreLocks(Path directory, Duration limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /** A lock that is held. Its file goes with it: who waits for it notices. */
    record Held(Path file, LockFile lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // it stays, empty, and serves the next
            }
            lock.close();
        }
    }

    /** Does something while holding the lock on a thing. */
    <T> T holding(String thing, String work, StoreIo.Call<T> call) throws IOException {
        Held held = hold(thing, work);
        try {
            return call.call();
        } finally {
            held.close();
        }
    }

    /** Waits for the lock on a thing; {@code work} tells people what is waiting. Not reentrant. */
    Held hold(String thing, String work) {
        Path file = directory.resolve(thing);
        try {
            return new Held(file, LockFile.exclusive(file, limit));
        } catch (InterruptedException e) {
            throw new InterruptedOperationException(work, e);
        } catch (LockTimeoutException e) {
            throw new StoreException(work + ": " + e.getMessage(), file, e);
        }
    }
}
