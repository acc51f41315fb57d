package dev.skiff.build;

import dev.skiff.build.context.ContextSource;
import dev.skiff.build.context.ContextTree;
import dev.skiff.build.context.RawContext;
import dev.skiff.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The contexts of one build, each opened when it is first asked for, and open until the build ends. Each counts on its own towards
 * what the build may take from a context.
 */
final class Contexts implements AutoCloseable, ContextSource.Workplace {
    private final BuildRequest request;
    private final Store store;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<RawContext> opened = new ArrayList<>();
    private final Map<String, ContextTree> named = new HashMap<>();

    Contexts(BuildRequest request, Store store, Executor executor) {
        this.request = request;
        this.store = store;
        this.executor = executor;
    }

    /** The context without a name, as it is before {@code .dockerignore}. */
    RawContext open(ContextSource source) throws IOException {
        RawContext files = source.open(this);
        opened.add(files);
        return files;
    }

    /** What a build sees of a context. */
    ContextTree tree(RawContext files, IgnoreFile ignore) {
        return new ContextTree(files, ignore.rules(), ignore.name(), mostBytes(), executor);
    }

    NamedContext named(String name) {
        return Objects.requireNonNull(request.contexts().get(name), "a name that the graph was given");
    }

    /** The files of a context with a name. */
    ContextTree files(String name, NamedContext.OfFiles context) throws IOException {
        lock.lock();
        try {
            ContextTree known = named.get(name);
            if (known == null) {
                RawContext files = open(context.source());
                known = tree(files, IgnoreFile.of(files));
                named.put(name, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Path newFile() {
        return store.newFile("context");
    }

    @Override
    public Path memory() {
        return store.home().resolve("cache").resolve("digests");
    }

    @Override
    public OptionalLong mostBytes() {
        return request.contextLimit();
    }

    @Override
    public void close() {
        opened.forEach(RawContext::close);
    }
}
