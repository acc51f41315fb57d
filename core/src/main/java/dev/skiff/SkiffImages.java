package dev.skiff;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The images of one {@link Skiff}. */
public final class SkiffImages {
    private final Supplier<Engine> engine;

    SkiffImages(Supplier<Engine> engine) {
        this.engine = engine;
    }

    /** See {@link Images#build(Path)}. */
    public ImageBuild build(Path dockerfileOrContext) {
        return ImageBuild.of(engine, Objects.requireNonNull(dockerfileOrContext, "dockerfileOrContext"));
    }

    /** See {@link Images#build(BuildContext)}. */
    public ImageBuild build(BuildContext context) {
        return ImageBuild.of(engine, Objects.requireNonNull(context, "context"));
    }

    /** See {@link Images#pull}. */
    public ImagePull pull(String reference) {
        return ImagePull.of(engine, reference);
    }

    /** See {@link Images#fromHost}. */
    public ImageFromHost fromHost(String... programs) {
        return ImageFromHost.of(engine, programs);
    }

    /** See {@link Images#load}. */
    public ImageLoad load(Path archive) {
        return ImageLoad.of(engine, Objects.requireNonNull(archive, "archive"));
    }

    /** See {@link Images#find}. */
    public Optional<Image> find(String reference) {
        Engine opened = engine.get();
        return opened.store()
                .images()
                .find(References.parse(reference))
                .map(stored ->
                        Image.of(opened, stored, References.parse(reference).familiar()));
    }

    /** See {@link Images#runCaches}. */
    public List<RunCache> runCaches() {
        return engine.get().store().cacheMounts().list().stream()
                .map(cache -> new RunCache(cache.id(), cache.bytes(), cache.used(), cache.inUse()))
                .toList();
    }

    /** See {@link Images#pruneRunCaches}. */
    @CanIgnoreReturnValue
    public long pruneRunCaches() {
        return engine.get().store().cacheMounts().prune();
    }
}
