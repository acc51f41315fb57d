package dev.skiff.build;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.MemoryFile;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.run.Sandbox;
import dev.skiff.store.CacheMounts;
import dev.skiff.store.NewLayer;
import dev.skiff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what the mounts of one RUN need, while they are opened and until its container has ended. Closing it takes everything
 * back, the last first.
 */
final class SandboxBuilder implements AutoCloseable {
    private final Store store;
    private final OverlayForm overlayForm;
    private final boolean privileged;
    private final List<Mount> mounts = new ArrayList<>();
    private final List<MemoryFile> files = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<Digest, CacheMounts.Held> caches = new HashMap<>();
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private @Nullable NewLayer scratch;
    private int names;

    /** @param privileged whether the container can undo that a mount is read-only */
    SandboxBuilder(Store store, OverlayForm overlayForm, boolean privileged) {
        this.store = store;
        this.overlayForm = overlayForm;
        this.privileged = privileged;
    }

    void mount(Mount mount) {
        mounts.add(mount);
    }

    void file(MemoryFile file) {
        files.add(file);
    }

    /** A variable of the command, over the Dockerfile's. */
    void environment(String name, String value) {
        environment.put(name, value);
    }

    void closeAtEnd(AutoCloseable resource) {
        closing.push(resource);
    }

    /** How a cache is taken into use. */
    @FunctionalInterface
    interface CacheUse {
        CacheMounts.Held use() throws IOException, InterruptedException;
    }

    /** A cache of the step. One that is mounted twice is taken once, or it would wait for itself. */
    CacheMounts.Held cache(Digest identity, CacheUse use) throws IOException, InterruptedException {
        CacheMounts.Held held = caches.get(identity);
        if (held == null) {
            held = use.use();
            caches.put(identity, held);
            closeAtEnd(held);
        }
        return held;
    }

    boolean privileged() {
        return privileged;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** A directory of this step alone, which is removed with all that is in it. */
    NewLayer scratch() {
        NewLayer opened = scratch;
        if (opened == null) {
            opened = store.layers().create();
            scratch = opened;
            closing.addLast(opened);
        }
        return opened;
    }

    /** A name in {@link #scratch()} that nothing has yet. */
    RawPath newName(String kind) {
        return RawPath.of(kind + names++);
    }

    Path inScratch(RawPath name) {
        return scratch().directory().resolve(name.toString());
    }

    /** A new directory, empty, with that mode and owner. */
    Path newDirectory(String kind, FileMetadata metadata) {
        RawPath name = newName(kind);
        scratch().files().makeDirectory(name, metadata);
        return inScratch(name);
    }

    OverlayForm overlayForm() {
        return overlayForm;
    }

    /** All of it. The empty places that the mounts need are made for a root that has those layers. */
    Sandbox build(String hostname, MountStubs stubs) throws IOException {
        mounts.sort(Comparator.comparing(Mount::destination)); // so that one on top of another comes after it
        for (Mount mount : mounts) {
            stubs.add(mount.destination(), isOfFile(mount));
        }
        for (MemoryFile file : files) {
            stubs.add(file.destination(), true);
        }
        Optional<Path> places = Optional.empty();
        if (!stubs.isEmpty()) {
            RawPath name = newName("places");
            stubs.write(scratch().files(), name);
            places = Optional.of(inScratch(name));
        }
        NewLayer used = scratch;
        if (used != null) {
            FileTree tree = used.files();
            tree.flush();
        }
        return new Sandbox(hostname, mounts, files, places);
    }

    private static boolean isOfFile(Mount mount) {
        return mount.type().orElse("bind").equals("bind")
                && !Files.isDirectory(Path.of(mount.source().orElse("/")));
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (Exception e) {
                RuntimeException wrapped =
                        e instanceof RuntimeException known ? known : new IllegalStateException("end a step", e);
                if (failure == null) {
                    failure = wrapped;
                } else {
                    failure.addSuppressed(wrapped);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
