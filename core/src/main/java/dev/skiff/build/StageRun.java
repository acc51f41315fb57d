package dev.skiff.build;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.plan.Origin;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * A stage under way: its base, then one instruction after the other, each a function of the state before it. It never waits: where
 * it needs another stage that is not finished, it stops and says so, and goes on from there later. One thread at a time.
 */
final class StageRun {
    private final Stage stage;
    private final Build build;
    private final StageSteps steps;
    private final Progress.OfStage progress;
    private final Deque<Instruction> ahead = new ArrayDeque<>();
    private Optional<StageResult> soFar = Optional.empty();

    StageRun(Stage stage, Build build, StageSteps steps) {
        this.stage = stage;
        this.build = build;
        this.steps = steps;
        this.progress = build.progress().stage(stage, knownSteps());
    }

    private int knownSteps() {
        Origin base = build.graph().base(stage.index());
        int image = base instanceof Origin.OfImage || base instanceof Origin.OfContext ? 1 : 0;
        return image + Progress.count(build.graph().triggers(stage.index())) + Progress.count(stage.instructions());
    }

    Stage stage() {
        return stage;
    }

    /** What has come of it, once it is finished. */
    StageResult result() {
        return soFar.orElseThrow();
    }

    /**
     * Goes on as far as it can.
     *
     * @param found told of stages that are going to be needed, and were not known to be
     * @return the stage that has to be finished first; nothing when this one is
     */
    OptionalInt advance(IntConsumer found) throws IOException {
        if (soFar.isEmpty()) {
            OptionalInt missing = missing(baseStage());
            if (missing.isPresent()) {
                return missing;
            }
            soFar = Optional.of(begin(found));
        }
        while (!ahead.isEmpty()) {
            OptionalInt missing = missing(build.graph().references(stage.index(), ahead.element()));
            if (missing.isPresent()) {
                return missing;
            }
            StageResult before = soFar.orElseThrow();
            StageState state = steps.apply(stage, ahead.remove(), before.state(), progress);
            soFar = Optional.of(new StageResult(state, before.base()));
        }
        return OptionalInt.empty();
    }

    private List<Integer> baseStage() {
        return build.graph().base(stage.index()) instanceof Origin.OfStage base ? List.of(base.index()) : List.of();
    }

    private OptionalInt missing(Collection<Integer> needed) {
        return needed.stream()
                .filter(index -> !build.isFinished(index))
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private StageResult begin(IntConsumer found) throws IOException {
        StageBase base = StageBase.of(stage, build, progress);
        RunModes.check(base.triggers());
        ahead.addAll(base.triggers());
        ahead.addAll(stage.instructions());
        if (!(build.graph().base(stage.index()) instanceof Origin.OfStage)) { // else they were known before
            progress.insert(Progress.count(base.triggers()));
            for (Instruction trigger : base.triggers()) {
                build.graph().references(stage.index(), trigger).forEach(found::accept);
            }
        }
        return base.result();
    }
}
