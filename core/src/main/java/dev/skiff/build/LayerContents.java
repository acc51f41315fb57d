package dev.skiff.build;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.store.LayerStore;
import dev.skiff.store.StoredLayer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is in the files of layers. A {@link FileTree} is for one thread at a time, so each stream has one of its own while it is
 * open; they are kept for the next. Thread-safe.
 */
final class LayerContents implements AutoCloseable {
    private final LayerStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<DiffId, Deque<FileTree>> idle = new HashMap<>();
    private final List<FileTree> opened = new ArrayList<>();

    LayerContents(LayerStore store) {
        this.store = store;
    }

    /** Opens a regular file of a layer; the stream has to be closed. */
    InputStream open(StoredLayer layer, RawPath path) {
        FileTree tree = take(layer);
        InputStream content;
        try {
            content = tree.read(path);
        } catch (RuntimeException | Error e) {
            tree.close(); // whether it still works, nobody knows
            throw e;
        }
        return new FilterInputStream(content) {
            private boolean closed;

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    super.close();
                    giveBack(layer, tree);
                }
            }
        };
    }

    private FileTree take(StoredLayer layer) {
        FileTree kept = takeIdle(layer);
        if (kept != null) {
            return kept;
        }
        FileTree tree = store.files(layer); // starts a process, so not under the lock
        lock.lock();
        try {
            opened.add(tree);
        } finally {
            lock.unlock();
        }
        return tree;
    }

    private @Nullable FileTree takeIdle(StoredLayer layer) {
        lock.lock();
        try {
            Deque<FileTree> trees = idle.get(layer.diffId());
            return trees == null ? null : trees.poll();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(StoredLayer layer, FileTree tree) {
        lock.lock();
        try {
            idle.computeIfAbsent(layer.diffId(), any -> new ArrayDeque<>()).push(tree);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        opened.forEach(FileTree::close);
        opened.clear();
        idle.clear();
    }
}
