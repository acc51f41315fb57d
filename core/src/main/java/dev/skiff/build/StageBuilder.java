package dev.skiff.build;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.plan.Origin;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Builds a stage: its base, then one instruction after the other, each a function of the state before it. */
final class StageBuilder {
    private final Build build;
    private final ConfigInstructions config;
    private final FileSteps files;
    private final RunStep run;

    StageBuilder(Build build, RunStep run) {
        this.build = build;
        this.config = new ConfigInstructions(build.expander(), build.arguments());
        this.files = new FileSteps(build);
        this.run = run;
    }

    /** The stage's result. The stages that it needs have to be finished. */
    StageResult build(Stage stage) throws IOException {
        StageResult base = base(stage);
        StageState state = base.state();
        for (Instruction instruction : stage.instructions()) {
            state = apply(stage, instruction, state);
        }
        return new StageResult(state, base.base());
    }

    private StageResult base(Stage stage) {
        Instruction.From from = stage.from();
        Platform platform = from.platform().map(this::platform).orElse(build.platform());
        Origin origin = build.graph().base(stage.index());
        if (origin instanceof Origin.OfStage other) {
            StageResult result = build.result(other.index());
            return new StageResult(result.state().next(), result.base());
        } else if (origin instanceof Origin.OfImage reference) {
            return image(stage, reference.reference(), platform);
        } else if (origin instanceof Origin.Scratch) {
            ImageConfig empty =
                    ImageConfig.of(platform).withConfig(ContainerConfig.empty().withWorkingDir("/"));
            return new StageResult(StageState.of(empty, List.of()), Optional.empty());
        }
        throw from.error("FROM a named context is not supported yet");
    }

    private StageResult image(Stage stage, String reference, Platform platform) {
        Progress.Step step = build.progress().start(stage, stage.from());
        BaseImages.Found found = build.image(stage.from().image(), reference, platform);
        StoredImage image = found.image();
        refuseTriggers(stage.from(), image);
        if (found.fetched()) {
            step.finished(
                    image.layers().stream().mapToLong(StoredLayer::tarBytes).sum());
        } else {
            step.cached();
        }
        return new StageResult(StageState.of(image.config(), image.layers()), Optional.of(image));
    }

    private static void refuseTriggers(Instruction.From from, StoredImage image) {
        List<String> triggers = image.config().containerConfig().onBuild();
        if (!triggers.isEmpty()) {
            throw from.error("the image has ONBUILD instructions, which are not supported yet: " + triggers);
        }
    }

    private Platform platform(Word word) {
        String text = build.expander().expand(word, build.arguments().forFrom());
        try {
            return text.isEmpty() ? build.platform() : Platform.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw word.error(String.valueOf(malformed.getMessage()));
        }
    }

    private StageState apply(Stage stage, Instruction instruction, StageState state) throws IOException {
        Optional<StageState> configured = config.apply(instruction, state);
        if (configured.isPresent()) {
            return configured.get();
        }
        if (!Progress.isStep(instruction)) {
            throw instruction.error(instruction.keyword() + " is not supported yet");
        }
        Progress.Step step = build.progress().start(stage, instruction);
        if (instruction instanceof Instruction.Workdir workdir) {
            return files.workdir(workdir, state, step);
        } else if (instruction instanceof Instruction.Copy copy) {
            return files.copy(stage, copy, state, step);
        } else if (instruction instanceof Instruction.Add add) {
            return files.add(add, state, step);
        }
        return run.apply((Instruction.Run) instruction, state, step);
    }
}
