package dev.skiff.build;

import dev.skiff.dockerfile.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Builds stages side by side. Each goes as far as it can: a stage that copies from another waits for it only when it comes to the
 * COPY, and keeps no thread meanwhile. Stages need only earlier ones, so there is always one that can go on.
 */
final class StageSchedule {
    private final Build build;
    private final StageSteps steps;
    private final WorkPool pool;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Integer> started = new HashSet<>();
    private final Map<Integer, List<StageRun>> waiting = new HashMap<>();

    StageSchedule(Build build, StageSteps steps, WorkPool pool) {
        this.build = build;
        this.steps = steps;
        this.pool = pool;
    }

    /** Builds the stages, and what they turn out to need; throws the first failure, when all others have ended. */
    void run(List<Stage> stages) throws Exception {
        List<StageRun> runs = new ArrayList<>();
        stages.forEach(
                stage -> prepare(stage.index()).ifPresent(runs::add)); // all are numbered before the first begins
        runs.forEach(run -> pool.add(() -> advance(run)));
        pool.run();
    }

    private void start(int stage) {
        prepare(stage).ifPresent(run -> pool.add(() -> advance(run)));
    }

    private Optional<StageRun> prepare(int stage) {
        lock.lock();
        try {
            return started.add(stage)
                    ? Optional.of(new StageRun(build.graph().stage(stage), build, steps))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void advance(StageRun run) throws IOException {
        OptionalInt needed = run.advance(this::start);
        if (needed.isPresent()) {
            start(needed.getAsInt());
            goOnAfter(needed.getAsInt(), run);
        } else {
            finish(run);
        }
    }

    private void goOnAfter(int stage, StageRun run) {
        lock.lock();
        try {
            if (!build.isFinished(stage)) {
                waiting.computeIfAbsent(stage, none -> new ArrayList<>()).add(run);
                return;
            }
        } finally {
            lock.unlock();
        }
        pool.add(() -> advance(run)); // it was finished just now
    }

    private void finish(StageRun run) {
        int stage = run.stage().index();
        List<StageRun> goOn;
        lock.lock();
        try {
            build.finished(run.stage(), run.result());
            goOn = waiting.getOrDefault(stage, List.of());
        } finally {
            lock.unlock();
        }
        goOn.forEach(waited -> pool.add(() -> advance(waited)));
    }
}
