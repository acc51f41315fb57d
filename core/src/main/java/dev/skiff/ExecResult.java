package dev.skiff;

import java.util.Objects;

/**
 * What became of a command in a container. An exit code other than 0 is news, not an accident: {@link #orThrow} makes it one.
 *
 * @param who what was run and where, for messages
 * @param status how it ended
 * @param stdout what it wrote there, as UTF-8; what is none is replaced
 * @param stderr what it wrote there
 * @param droppedBytes how much of both was beyond {@link Exec#MOST_KEPT_BYTES} and is not here
 */
public record ExecResult(String who, ExitStatus status, String stdout, String stderr, long droppedBytes) {
    public ExecResult {
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(stdout, "stdout");
        Objects.requireNonNull(stderr, "stderr");
    }

    /** The shell's number for how it ended. */
    public int code() {
        return status.code();
    }

    /** Whether it exited with 0. */
    public boolean success() {
        return status.success();
    }

    /**
     * This result, if it exited with 0.
     *
     * @throws ExitStatusException if not; its message ends with the last line that was written
     */
    @CanIgnoreReturnValue
    public ExecResult orThrow() {
        if (!success()) {
            String output = stderr.isBlank() ? stdout : stderr;
            throw new ExitStatusException(
                    who, status, OutputTail.inWords(output.lines().toList()));
        }
        return this;
    }
}
