package dev.skiff.build;

import dev.skiff.DockerfileException;
import dev.skiff.SkiffException;
import dev.skiff.StoreException;
import dev.skiff.build.cache.CacheExport;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.build.context.ContextTree;
import dev.skiff.build.context.RawContext;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.plan.StageGraph;
import dev.skiff.layer.LatestTime;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.run.Runner;
import dev.skiff.store.LayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * Builds images of Dockerfiles. Thread-safe; each build runs on the thread that asks for it and
 * whoever the executor can spare, and an interrupt ends it. What a
 * build that fails has completed stays in the cache, and nothing else stays.
 */
public final class Builder {
    /** How many stages at a time: a stage that downloads or sleeps leaves the processors to others. */
    private static final int WIDTH = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

    private final Store store;
    private final LayerHost layerHost;
    private final Runner runner;
    private final BaseImages images;
    private final Executor executor;
    private final Predecessors predecessors = new Predecessors();

    /**
     * A builder into a store.
     *
     * @param runner runs the commands; its containers have their directories in the store's home
     * @param executor for stages side by side; it may be busy
     */
    public Builder(Store store, LayerHost layerHost, Runner runner, BaseImages images, Executor executor) {
        this.store = store;
        this.layerHost = layerHost;
        this.runner = runner;
        this.images = images;
        this.executor = executor;
    }

    /**
     * Builds an image, and gives it its names.
     *
     * @throws DockerfileException for what is wrong with the Dockerfile, or not supported, before anything has run
     * @throws dev.skiff.BuildCheckException for findings of checks, if the file makes them errors
     * @throws dev.skiff.BuildStepException when a command fails
     * @throws dev.skiff.InterruptedOperationException when this thread is interrupted
     */
    public StoredImage build(BuildRequest request) {
        try (Contexts contexts = new Contexts(request, store, executor)) {
            RawContext context = contexts.open(request.context());
            BuildFile read = BuildFile.read(request, context);
            return build(request, read.dockerfile(), contexts, contexts.tree(context, read.ignore()));
        } catch (Exception e) {
            throw failure("build " + request.dockerfile(), e);
        }
    }

    private StoredImage build(BuildRequest request, Dockerfile file, Contexts contexts, ContextTree context)
            throws Exception {
        Progress progress = new Progress(request.listeners(), file.escape());
        StoredImage image;
        try {
            image = carryOut(request, file, contexts, context, progress);
        } catch (Exception | Error e) {
            progress.failed(e);
            throw e;
        }
        progress.over(Optional.of(image.digest()));
        return image;
    }

    private SkiffException failure(String work, Exception failure) {
        if (Interrupts.isBehind(failure)) {
            return Interrupts.asOurs(work, failure);
        }
        if (failure instanceof SkiffException known) {
            return known;
        }
        return new StoreException(work + ": " + failure.getMessage(), store.home(), failure);
    }

    private StoredImage carryOut(
            BuildRequest request, Dockerfile file, Contexts contexts, ContextTree context, Progress progress)
            throws Exception {
        Expander expander = new Expander(file.escape());
        BuildArguments given = BuildArguments.of(request, file, expander);
        OptionalLong epoch = epoch(given, new SourceEpoch(file, request, contexts, store), context);
        BuildArguments arguments = given.withSourceDateEpoch(epoch);
        StageGraph graph = StageGraph.of(
                file,
                word -> expander.expand(word, arguments.forFrom()),
                request.contexts().keySet());
        Stage target = graph.target(request.target());
        List<Stage> stages = graph.neededFor(target);
        stages.forEach(stage -> RunModes.check(stage.instructions()));
        if (stages.stream()
                .flatMap(stage -> stage.instructions().stream())
                .anyMatch(Instruction.Run.class::isInstance)) {
            runner.checkPlace("build " + request.dockerfile());
        }
        new BuildChecks(request, store, images).carryOut(file, stages, context.rules(), progress);

        LatestTime latest = new LatestTime(
                epoch.isPresent() ? Optional.of(Instant.ofEpochSecond(epoch.getAsLong())) : Optional.empty());
        try (Build build = new Build(
                request,
                store,
                layerHost,
                images,
                expander,
                arguments,
                graph,
                contexts,
                context,
                latest,
                progress,
                predecessors,
                executor)) {
            StageSteps steps = new StageSteps(build, new RunStep(build, runner));
            WorkPool pool = new WorkPool("build " + request.dockerfile(), executor, WIDTH);
            new StageSchedule(build, steps, pool).run(stages);
            new UnusedOptions(request, file).warn(arguments, progress);
            progress.flush();
            StoredImage image = commit(request, build, target);
            request.tags().forEach(tag -> tag(image, tag));
            exportCaches(request, build, progress);
            return image;
        }
    }

    /** The image is built and named by then, so a cache that cannot be written is no reason to fail. */
    private void exportCaches(BuildRequest request, Build build, Progress progress) {
        for (CachePlace place : request.cacheTo()) {
            try {
                new CacheExport(store, build.steps().results()).to(place);
            } catch (IOException | RuntimeException e) {
                if (Interrupts.isBehind(e)) {
                    throw Interrupts.asOurs("write build cache " + place.name(), e);
                }
                progress.warn(
                        "build cache " + place.name() + " is not written: " + e.getMessage(), OptionalInt.empty());
            }
        }
    }

    private StoredImage commit(BuildRequest request, Build build, Stage target) {
        StageResult result = build.result(target.index());
        ImageConfig config = new ImageTimes(build.latest()).apply(result.state().image(), result.inheritedHistory());
        Map<String, String> labels =
                new LinkedHashMap<>(config.containerConfig().labels());
        labels.putAll(request.labels());
        return store.images().commit(config.withConfig(config.containerConfig().withLabels(labels)), result.base());
    }

    private void tag(StoredImage image, Reference tag) {
        boolean tagged = store.images()
                .find(tag)
                .filter(known -> known.digest().equals(image.digest()))
                .isPresent();
        if (!tagged) {
            store.images().tag(image, tag);
        }
    }

    private static OptionalLong epoch(BuildArguments arguments, SourceEpoch epoch, ContextTree context)
            throws IOException {
        Optional<String> text =
                arguments.global(BuildArguments.SOURCE_DATE_EPOCH).filter(value -> !value.isEmpty());
        return text.isPresent() ? epoch.of(text.get(), context) : OptionalLong.empty();
    }
}
