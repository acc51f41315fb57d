package dev.skiff;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happens during a build, as it happens. Each step that a build comes to has one {@link StepStarted}, then either one
 * {@link StepCached}, or {@link StepMissed}, its {@link StepOutput}, {@link LayerWritten} and one {@link StepFinished}; a step that
 * fails has no end but the exception of the build. A {@code FROM} that had to fetch its image is finished without having missed
 * anything. Independent stages are built at the same time, so steps overlap: {@link OfStep#step()} tells whose event it is. The
 * last event of a build, whether it succeeds or not, is {@link BuildFinished}.
 */
public sealed interface BuildEvent {
    /** What happens to one step. */
    sealed interface OfStep extends BuildEvent {
        /** The number of the step, from 1, in the order of the Dockerfile; what ONBUILD of an image adds comes after that. */
        int step();
    }

    /**
     * A step begins.
     *
     * @param total how many steps the build has, as far as is known
     * @param stage the name of its stage, or its number, from 0, if it has none
     * @param instruction as it is in the Dockerfile, continued lines joined
     * @param line where it is in the Dockerfile; for what ONBUILD of an image brings, where the FROM is
     */
    record StepStarted(int step, int total, String stage, String instruction, int line) implements OfStep {
        public StepStarted {
            Objects.requireNonNull(stage, "stage");
            Objects.requireNonNull(instruction, "instruction");
        }
    }

    /**
     * What a step makes was there already, so nothing was run.
     *
     * @param from the cache that had it, if it had to be brought from there; none for the store itself
     */
    record StepCached(int step, Optional<String> from) implements OfStep {
        public StepCached {
            Objects.requireNonNull(from, "from");
        }
    }

    /** What a step makes is not there, so it is carried out. */
    record StepMissed(int step, CacheMiss why) implements OfStep {
        public StepMissed {
            Objects.requireNonNull(why, "why");
        }
    }

    /**
     * A step wrote a line.
     *
     * @param text without the end of the line
     */
    record StepOutput(int step, LogLine.Source stream, String text) implements OfStep {
        public StepOutput {
            Objects.requireNonNull(stream, "stream");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * The layer of a step is in the store.
     *
     * @param diffId what names it
     * @param bytes the size of its tar, uncompressed
     */
    record LayerWritten(int step, DiffId diffId, long bytes) implements OfStep {
        public LayerWritten {
            Objects.requireNonNull(diffId, "diffId");
        }
    }

    /**
     * A step is done.
     *
     * @param duration from its start
     * @param bytes the size of the files that it added to the image
     */
    record StepFinished(int step, Duration duration, long bytes) implements OfStep {
        public StepFinished {
            Objects.requireNonNull(duration, "duration");
        }
    }

    /**
     * Something is likely to be a mistake, and does not keep the image from being built.
     *
     * @param line where in the Dockerfile, if it is about a place there
     */
    record Warning(String text, OptionalInt line) implements BuildEvent {
        public Warning {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(line, "line");
        }
    }

    /**
     * The build is over.
     *
     * @param duration of all of it
     * @param image the digest of its manifest; none if the build failed
     */
    record BuildFinished(Duration duration, Optional<Digest> image) implements BuildEvent {
        public BuildFinished {
            Objects.requireNonNull(duration, "duration");
            Objects.requireNonNull(image, "image");
        }
    }
}
