package dev.skiff.build;

import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.parser.DockerfileParser;
import dev.skiff.dockerfile.plan.Origin;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a stage begins with.
 *
 * @param result the state, and the image below it
 * @param triggers what ONBUILD in the stage or image below puts before the stage's own instructions
 */
record StageBase(StageResult result, List<Instruction> triggers) {
    StageBase {
        triggers = List.copyOf(triggers);
    }

    /** Carries out FROM. A stage that it names has to be finished. */
    static StageBase of(Stage stage, Build build, Progress.OfStage progress) throws IOException {
        Origin origin = build.graph().base(stage.index());
        if (origin instanceof Origin.OfStage other) {
            StageResult result = build.result(other.index());
            return new StageBase(
                    new StageResult(result.state().next(), result.base()),
                    build.graph().triggers(stage.index()));
        } else if (origin instanceof Origin.OfImage reference) {
            Supplier<BaseImages.Found> source =
                    () -> build.image(stage.from().image(), reference.reference(), platform(stage, build));
            return image(stage, reference.reference(), source, progress);
        } else if (origin instanceof Origin.OfContext context) {
            return context(stage, context.name(), build, progress);
        }
        return ofState(scratch(stage, build));
    }

    private static StageBase ofState(StageState state) {
        return new StageBase(new StageResult(state, Optional.empty()), List.of());
    }

    /** It is for the target whatever platform FROM names, as for the reference: there is nothing to choose among. */
    private static StageState scratch(Stage stage, Build build) {
        platform(stage, build); // which has to be one
        ImageConfig empty = ImageConfig.of(build.platform())
                .withConfig(ContainerConfig.empty().withWorkingDir("/"));
        return StageState.of(empty, List.of());
    }

    /** A stage that a context has taken the place of is nothing else, so no trigger of an image fires in it. */
    private static StageBase context(Stage stage, String name, Build build, Progress.OfStage progress)
            throws IOException {
        NamedContext context = build.contexts().named(name);
        if (context instanceof NamedContext.OfFiles files) {
            SourceTree tree = build.contexts().files(name, files);
            Progress.Step step = progress.start(stage.from());
            return ofState(new FileSteps(build).context(stage.from(), name, tree, scratch(stage, build), step));
        }
        Supplier<BaseImages.Found> source = () -> build.image(stage.from().image(), context, platform(stage, build));
        StageBase base = image(stage, name, source, progress);
        return build.graph().isReplaced(stage) ? new StageBase(base.result(), List.of()) : base;
    }

    private static StageBase image(
            Stage stage, String reference, Supplier<BaseImages.Found> source, Progress.OfStage progress) {
        Progress.Step step = progress.start(stage.from());
        BaseImages.Found found = source.get();
        StoredImage image = found.image();
        if (found.fetched()) {
            step.finished(
                    image.layers().stream().mapToLong(StoredLayer::tarBytes).sum());
        } else {
            step.cached();
        }
        List<Instruction> triggers = image.config().containerConfig().onBuild().stream()
                .map(text -> DockerfileParser.parseTrigger("ONBUILD of " + reference, text))
                .toList();
        return new StageBase(
                new StageResult(StageState.of(image.config(), image.layers()), Optional.of(image)), triggers);
    }

    private static Platform platform(Stage stage, Build build) {
        return stage.from().platform().map(word -> platform(word, build)).orElse(build.platform());
    }

    private static Platform platform(Word word, Build build) {
        String text = build.expander().expand(word, build.arguments().forFrom());
        if (text.isEmpty()) { // a slip in the variable's name would give an image for another platform
            throw word.error("empty platform value from expression " + word.raw());
        }
        try {
            return Platform.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw word.error(String.valueOf(malformed.getMessage()));
        }
    }
}
