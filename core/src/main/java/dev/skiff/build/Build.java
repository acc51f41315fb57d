package dev.skiff.build;

import dev.skiff.build.cache.CacheImport;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.plan.Origin;
import dev.skiff.dockerfile.plan.StageGraph;
import dev.skiff.layer.LatestTime;
import dev.skiff.layer.LayerIndex;
import dev.skiff.layer.OverlayForm;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.ReferenceSyntaxException;
import dev.skiff.store.LayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** What the steps of one build share: its inputs, and the stages that are finished. Thread-safe. */
final class Build implements AutoCloseable {
    private final BuildRequest request;
    private final Store store;
    private final LayerHost host;
    private final BaseImages images;
    private final Expander expander;
    private final BuildArguments arguments;
    private final StageGraph graph;
    private final Contexts contexts;
    private final SourceTree context;
    private final Progress progress;
    private final Predecessors predecessors;
    private final Executor executor;
    private final LatestTime latest;
    private final ForeignPlatform foreign = ForeignPlatform.ofThisHost();
    private final LayerSteps steps;
    private final Remotes remotes;
    private final LayerIndexes indexes = new LayerIndexes();
    private final LayerContents contents;
    private final Map<List<DiffId>, StageFiles> files = new ConcurrentHashMap<>();
    private final Map<Integer, StageResult> results = new ConcurrentHashMap<>();
    private final OncePerKey<ImageKey, BaseImages.Found> resolved = new OncePerKey<>();
    private final OncePerKey<ContextKey, BaseImages.Found> contextImages = new OncePerKey<>();

    private record ImageKey(Reference reference, Platform platform) {}

    private record ContextKey(NamedContext.OfImage context, Platform platform) {}

    Build(
            BuildRequest request,
            Store store,
            LayerHost host,
            BaseImages images,
            Expander expander,
            BuildArguments arguments,
            StageGraph graph,
            Contexts contexts,
            SourceTree context,
            LatestTime latest,
            Progress progress,
            Predecessors predecessors,
            Executor executor) {
        this.request = request;
        this.store = store;
        this.host = host;
        this.images = images;
        this.expander = expander;
        this.arguments = arguments;
        this.graph = graph;
        this.contexts = contexts;
        this.context = context;
        this.progress = progress;
        this.predecessors = predecessors;
        this.executor = executor;
        this.latest = latest;
        this.contents = new LayerContents(store.layers());
        this.remotes = new Remotes(store, request.run());
        CacheImport caches =
                new CacheImport(request.cacheFrom(), store, text -> progress.warn(text, OptionalInt.empty()));
        this.steps = new LayerSteps(store, request, caches, latest, executor);
    }

    Store store() {
        return store;
    }

    OverlayForm overlayForm() {
        return host.overlayForm();
    }

    Expander expander() {
        return expander;
    }

    BuildArguments arguments() {
        return arguments;
    }

    StageGraph graph() {
        return graph;
    }

    SourceTree context() {
        return context;
    }

    Contexts contexts() {
        return contexts;
    }

    Progress progress() {
        return progress;
    }

    /** For work side by side; it may be busy. */
    Executor executor() {
        return executor;
    }

    LayerSteps steps() {
        return steps;
    }

    Remotes remotes() {
        return remotes;
    }

    ForeignPlatform foreign() {
        return foreign;
    }

    /** No time of what is new is later. */
    Predecessors predecessors() {
        return predecessors;
    }

    LatestTime latest() {
        return latest;
    }

    Platform platform() {
        return request.platform();
    }

    String expand(Word word, StageState state) {
        return expander.expand(word, state.variables().lookup());
    }

    void finished(Stage stage, StageResult result) {
        results.put(stage.index(), result);
    }

    boolean isFinished(int stage) {
        return results.containsKey(stage);
    }

    StageResult result(int stage) {
        StageResult result = results.get(stage);
        if (result == null) {
            throw new AssertionError("stage " + stage + " was to be built before this one");
        }
        return result;
    }

    /** What {@code COPY --from} takes from. */
    SourceTree from(Stage stage, Word from) throws IOException {
        return from(stage, from, from.raw());
    }

    /** What the {@code from} of a mount names, which is only a part of a word. */
    SourceTree from(Stage stage, Word at, String from) throws IOException {
        Optional<List<StoredLayer>> layers = layersFrom(stage, at, from);
        if (layers.isPresent()) {
            return files(layers.get()).tree();
        }
        Origin.OfContext context = (Origin.OfContext) graph.origin(stage.index(), at, from);
        return contexts.files(context.name(), (NamedContext.OfFiles) contexts.named(context.name()));
    }

    /** The layers of the stage or image that a {@code from} names; a context of files has none. */
    Optional<List<StoredLayer>> layersFrom(Stage stage, Word at, String from) {
        Origin origin = graph.origin(stage.index(), at, from);
        if (origin instanceof Origin.OfStage other) {
            return Optional.of(result(other.index()).state().layers());
        } else if (origin instanceof Origin.OfImage image) {
            return Optional.of(image(at, image.reference(), platform()).image().layers());
        }
        NamedContext named = contexts.named(((Origin.OfContext) origin).name());
        return named instanceof NamedContext.OfFiles
                ? Optional.empty()
                : Optional.of(image(at, named, platform()).image().layers());
    }

    /** A context that is an image. */
    BaseImages.Found image(Word place, NamedContext context, Platform platform) {
        if (context instanceof NamedContext.OfReference named) {
            return image(place, named.reference(), platform);
        }
        NamedContext.OfImage image =
                (NamedContext.OfImage) context; // it may have to be built or pulled: once is enough
        return contextImages.get(
                new ContextKey(image, platform),
                () -> new BaseImages.Found(image.lookup().find(platform), false));
    }

    BaseImages.Found image(Word place, String reference, Platform platform) {
        try {
            ImageKey key = new ImageKey(Reference.parse(reference), platform);
            return resolved.get(key, () -> images.resolve(key.reference(), platform, request.pull()));
        } catch (ReferenceSyntaxException malformed) {
            throw place.error("invalid reference format: " + malformed.getMessage());
        }
    }

    RunOptions runOptions() {
        return request.run();
    }

    StageFiles files(StageState state) {
        return files(state.layers());
    }

    StageFiles files(List<StoredLayer> layers) {
        List<DiffId> key = layers.stream().map(StoredLayer::diffId).toList();
        StageFiles known = files.get(key);
        if (known != null) {
            return known;
        }
        StageFiles made = new StageFiles(contents, indexes, layers); // not within the map: it reads indexes
        files.put(key, made);
        return made;
    }

    LayerIndex index(StoredLayer layer) {
        return indexes.of(layer);
    }

    StageUsers users(StageState state) {
        return new StageUsers(() -> files(state));
    }

    @Override
    public void close() {
        contents.close();
    }
}
