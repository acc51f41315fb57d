package dev.skiff;

import java.time.Duration;
import java.util.Objects;

/**
 * What happens during a build, as it happens. Each step that a build comes to has one {@link StepStarted}, then either one
 * {@link StepCached}, or its {@link StepOutput} and one {@link StepFinished}; a step that fails has no end but the
 * exception of the build. Independent stages are built at the same time, so steps overlap: {@link #step()} tells whose
 * event it is.
 */
public sealed interface BuildEvent {
    /** The number of the step, from 1, in the order of the Dockerfile. */
    int step();

    /**
     * A step begins.
     *
     * @param total how many steps the build has
     * @param stage the name of its stage, or its number, from 0, if it has none
     * @param instruction as it is in the Dockerfile, continued lines joined
     * @param line where it is in the Dockerfile
     */
    record StepStarted(int step, int total, String stage, String instruction, int line) implements BuildEvent {
        public StepStarted {
            Objects.requireNonNull(stage, "stage");
            Objects.requireNonNull(instruction, "instruction");
        }
    }

    /** What a step makes was there already, so nothing was run. */
    record StepCached(int step) implements BuildEvent {}

    /**
     * A step wrote a line.
     *
     * @param text without the end of the line
     */
    record StepOutput(int step, LogLine.Source stream, String text) implements BuildEvent {
        public StepOutput {
            Objects.requireNonNull(stream, "stream");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * A step is done.
     *
     * @param duration from its start
     * @param bytes the size of the files that it added to the image
     */
    record StepFinished(int step, Duration duration, long bytes) implements BuildEvent {
        public StepFinished {
            Objects.requireNonNull(duration, "duration");
        }
    }
}
