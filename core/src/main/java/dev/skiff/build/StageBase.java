package dev.skiff.build;

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
import java.util.List;
import java.util.Optional;

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
    static StageBase of(Stage stage, Build build, Progress.OfStage progress) {
        Origin origin = build.graph().base(stage.index());
        if (origin instanceof Origin.OfStage other) {
            StageResult result = build.result(other.index());
            return new StageBase(
                    new StageResult(result.state().next(), result.base()),
                    build.graph().triggers(stage.index()));
        } else if (origin instanceof Origin.OfImage reference) {
            return image(stage, reference.reference(), build, progress);
        } else if (origin instanceof Origin.Scratch) {
            ImageConfig empty = ImageConfig.of(platform(stage, build))
                    .withConfig(ContainerConfig.empty().withWorkingDir("/"));
            return new StageBase(new StageResult(StageState.of(empty, List.of()), Optional.empty()), List.of());
        }
        throw stage.from().error("FROM a named context is not supported yet");
    }

    private static StageBase image(Stage stage, String reference, Build build, Progress.OfStage progress) {
        Progress.Step step = progress.start(stage.from());
        BaseImages.Found found = build.image(stage.from().image(), reference, platform(stage, build));
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
        try {
            return text.isEmpty() ? build.platform() : Platform.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw word.error(String.valueOf(malformed.getMessage()));
        }
    }
}
