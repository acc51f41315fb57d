package dev.skiff.build;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.expand.Expander;
import java.io.IOException;
import java.util.Optional;

/** Carries out the instructions of stages, each a function of the state before it. Thread-safe. */
final class StageSteps {
    private final Expander expander;
    private final ConfigInstructions config;
    private final FileSteps files;
    private final RunStep run;

    StageSteps(Build build, RunStep run) {
        this.expander = build.expander();
        this.config = new ConfigInstructions(build.expander(), build.arguments());
        this.files = new FileSteps(build);
        this.run = run;
    }

    /** The state after the instruction. The stages that it names have to be finished. */
    StageState apply(Stage stage, Instruction instruction, StageState state, Progress.OfStage progress)
            throws IOException {
        expander.spend(instruction, ConfigCost.steps(instruction, state));
        Optional<StageState> configured = config.apply(instruction, state);
        if (configured.isPresent()) {
            return configured.get();
        }
        if (!Progress.isStep(instruction)) {
            throw new AssertionError(instruction.keyword() + " is neither a step nor configuration");
        }
        Progress.Step step = progress.start(instruction);
        if (instruction instanceof Instruction.Workdir workdir) {
            return files.workdir(workdir, state, step);
        } else if (instruction instanceof Instruction.Copy copy) {
            return files.copy(stage, copy, state, step);
        } else if (instruction instanceof Instruction.Add add) {
            return files.add(add, state, step);
        }
        return run.apply(stage, (Instruction.Run) instruction, state, step);
    }
}
