package dev.skiff;

import java.nio.file.Path;

/**
 * The store, or an archive that was to go into it, could not be read or written: the disk is full, a file is damaged, a
 * layer is malformed, another process holds a lock. What was visible before is visible still, and nothing else.
 */
public final class StoreException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String path;

    public StoreException(String message, Path path) {
        super(message);
        this.path = path.toString();
    }

    public StoreException(String message, Path path, Throwable cause) {
        super(message, cause);
        this.path = path.toString();
    }

    /** The file or directory that it is about. */
    public Path path() {
        return Path.of(path);
    }
}
