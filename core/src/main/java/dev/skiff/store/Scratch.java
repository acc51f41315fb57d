package dev.skiff.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Directories for a piece of work, below the store's home, which are gone with all they hold when it is over. One thread at a time. */
public final class Scratch implements AutoCloseable {
    private final Workspace workspace;
    private final LayerHost host;
    private final List<Path> made = new ArrayList<>();

    Scratch(Workspace workspace, LayerHost host) {
        this.workspace = workspace;
        this.host = host;
    }

    /** A new empty directory that only this process's user may enter. */
    public Path newDirectory() throws IOException {
        Path directory = workspace.newDirectory("scratch");
        made.add(directory);
        return directory;
    }

    @Override
    public void close() {
        made.forEach(host::removeTree);
        made.clear();
    }
}
