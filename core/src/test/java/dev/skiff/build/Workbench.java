package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.ImageNotFoundException;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerStack;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.run.Runner;
import dev.skiff.store.MemoryLayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A context, a store whose layers are in memory, and a builder that needs no kernel as long as nothing is run. */
final class Workbench implements AutoCloseable {
    private final MemoryLayerHost layerHost = new MemoryLayerHost();
    private final Store store;
    private final Path context;
    private final List<BuildEvent> events = new ArrayList<>();
    private Map<String, String> arguments = Map.of();
    private final List<String> pulled = new ArrayList<>();
    private Executor executor = Runnable::run;

    Workbench(Path directory) throws IOException {
        store = Store.open(directory.resolve("home"), layerHost, Runnable::run);
        context = Files.createDirectory(directory.resolve("context"));
    }

    Workbench file(String path, String content) throws IOException {
        Path file = context.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    Path path(String path) {
        return context.resolve(path);
    }

    Workbench arguments(Map<String, String> newArguments) {
        arguments = newArguments;
        return this;
    }

    /** Who does the work beside the thread that builds; nobody else at first. */
    Workbench executor(Executor newExecutor) {
        executor = newExecutor;
        return this;
    }

    Store store() {
        return store;
    }

    StoredImage build(String... lines) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
        return build(BuildRequest.of(context));
    }

    StoredImage build(BuildRequest request) {
        events.clear();
        Runner runner = new Runner(
                store.home(),
                () -> {
                    throw new AssertionError("nothing is to be run");
                },
                Runnable::run);
        BuildRequest complete = request.plusListener(events::add);
        for (Map.Entry<String, String> argument : arguments.entrySet()) {
            complete = complete.plusArgument(argument.getKey(), argument.getValue());
        }
        return new Builder(store, layerHost, runner, this::base, executor).build(complete);
    }

    private BaseImages.Found base(Reference reference, Platform platform, boolean pull) {
        if (pull) {
            pulled.add(reference.toString());
        }
        StoredImage image = store.images()
                .find(reference)
                .orElseThrow(() -> new ImageNotFoundException(
                        "no such image: " + reference.familiar(), reference.toString(), List.of()));
        return new BaseImages.Found(image, false);
    }

    /** The images that a registry was to be asked for, in all builds. */
    List<String> pulled() {
        return List.copyOf(pulled);
    }

    /** Builds, and names the image. */
    StoredImage tagged(String name, String... lines) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
        return build(BuildRequest.of(context).plusTag(Reference.parse(name)));
    }

    /** Which steps of the last build came out of the cache, by their instruction. */
    List<String> cached() {
        return events.stream()
                .filter(BuildEvent.StepCached.class::isInstance)
                .map(event -> instruction(((BuildEvent.StepCached) event).step()))
                .toList();
    }

    /** Why steps of the last build were carried out, each as {@code instruction: why}. */
    List<String> missed() {
        return events.stream()
                .filter(BuildEvent.StepMissed.class::isInstance)
                .map(BuildEvent.StepMissed.class::cast)
                .map(missed -> instruction(missed.step()) + ": " + missed.why().inWords())
                .toList();
    }

    /** What the last build warned of. */
    List<String> warnings() {
        return events.stream()
                .filter(BuildEvent.Warning.class::isInstance)
                .map(event -> ((BuildEvent.Warning) event).text())
                .toList();
    }

    List<BuildEvent> events() {
        return List.copyOf(events);
    }

    private String instruction(int step) {
        return events.stream()
                .filter(BuildEvent.StepStarted.class::isInstance)
                .map(BuildEvent.StepStarted.class::cast)
                .filter(started -> started.step() == step)
                .map(BuildEvent.StepStarted::instruction)
                .findFirst()
                .orElseThrow();
    }

    static Optional<LayerEntry> find(StoredImage image, String path) {
        return image.files().find(RawPath.of(path)).map(LayerStack.Found::entry);
    }

    static LayerEntry get(StoredImage image, String path) {
        return find(image, path).orElseThrow(() -> new AssertionError("nothing at /" + path));
    }

    /** What the last layer has, as {@code mode uid:gid path}, deletions with a dash. */
    static List<String> top(StoredImage image) {
        StoredLayer layer = image.layers().get(image.layers().size() - 1);
        return layer.index().entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .map(Workbench::describe)
                .toList();
    }

    private static String describe(LayerEntry entry) {
        return entry.isWhiteout()
                ? "- " + entry.path()
                : String.format(
                        "%o %d:%d %s",
                        entry.metadata().permissions(),
                        entry.metadata().uid(),
                        entry.metadata().gid(),
                        entry.path());
    }

    String content(StoredImage image, String path) throws IOException {
        LayerStack.Found found = image.files().find(RawPath.of(path)).orElseThrow();
        try (InputStream in =
                store.layers().files(image.layers().get(found.layer())).read(RawPath.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static List<String> history(StoredImage image) {
        return image.config().history().stream()
                .map(line -> (line.emptyLayer() ? "" : "+ ") + line.createdBy().orElse(""))
                .toList();
    }

    @Override
    public void close() {
        store.close();
    }
}
