package dev.skiff.store;

import dev.skiff.layer.LayerWriter;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.work.Aside;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives a layer in the making files of another one that has them at the same paths, by another name for each: nothing is copied.
 * Layers never change, so none can do so under the other. Other threads do it, if they can, while the rest of the layer is written.
 */
public final class TakenFiles implements LayerWriter.Unchanged, AutoCloseable {
    private final FileTree layers;
    private final RawPath from;
    private final RawPath to;
    private final Executor executor;
    private final ReentrantLock tree = new ReentrantLock();
    private final List<Aside<Void>> begun = new ArrayList<>();
    private boolean closed; // under the lock of the tree

    /** @param layers where both are; it is closed with this */
    TakenFiles(FileTree layers, RawPath from, RawPath to, Executor executor) {
        this.layers = layers;
        this.from = from;
        this.to = to;
        this.executor = executor;
    }

    @Override
    public void take(List<RawPath> paths) {
        Aside<Void> taking = new Aside<>("take files of another layer", () -> link(paths));
        begun.add(taking);
        taking.offerTo(executor);
    }

    private Void link(List<RawPath> paths) {
        tree.lock();
        try {
            if (!closed) { // or called off just as it began
                linkByDirectory(paths);
                layers.flush();
            }
        } finally {
            tree.unlock();
        }
        return null;
    }

    /** Those of one directory come one after the other. */
    private void linkByDirectory(List<RawPath> paths) {
        int begin = 0;
        while (begin < paths.size()) {
            RawPath directory = paths.get(begin).parent();
            List<RawPath> names = new ArrayList<>();
            int end = begin;
            while (end < paths.size() && paths.get(end).isIn(directory)) {
                names.add(paths.get(end++).name());
            }
            layers.makeHardLinks(to.resolve(directory), from.resolve(directory), names);
            begin = end;
        }
    }

    @Override
    public void await() throws IOException {
        for (Aside<Void> taking : begun) {
            taking.get();
        }
    }

    /** Nobody works on the layer any more when this returns. */
    @Override
    public void close() {
        begun.forEach(Aside::callOff);
        tree.lock(); // who is at work ends first
        try {
            closed = true;
            layers.close();
        } finally {
            tree.unlock();
        }
    }
}
