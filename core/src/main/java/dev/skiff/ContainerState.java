package dev.skiff;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What a container is doing at the moment it is asked; it may be doing something else a moment later. */
public sealed interface ContainerState {
    /** Whether its process is there, running or paused. */
    default boolean alive() {
        return exitStatus().isEmpty();
    }

    /** How it ended, if it did. */
    default Optional<ExitStatus> exitStatus() {
        return Optional.empty();
    }

    /** Its process runs. */
    record Running(Instant since) implements ContainerState {
        public Running {
            Objects.requireNonNull(since, "since");
        }
    }

    /** Its processes are there but get no time from the processor. */
    record Paused(Instant since) implements ContainerState {
        public Paused {
            Objects.requireNonNull(since, "since");
        }
    }

    /** Its process has ended, and with it all others in it. */
    record Stopped(ExitStatus status, Instant since) implements ContainerState {
        public Stopped {
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(since, "since");
        }

        @Override
        public Optional<ExitStatus> exitStatus() {
            return Optional.of(status);
        }
    }
}
