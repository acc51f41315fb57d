package dev.skiff;

import java.io.Serializable;

/**
 * How a process ended. Exit code 1 is news and no accident, so this is returned and not thrown; {@link #orThrow()} is for
 * those to whom it is one. {@link #code()} is the shell's convention, for those who want a number:
 *
 * <pre>{@code
 * ExitStatus status = Containers.run(image).command("npm", "test").await();
 * System.exit(status.code());
 * }</pre>
 */
public sealed interface ExitStatus extends Serializable {
    /** As a shell gives it in {@code $?}: what the process returned, and 128 and the signal's number if one ended it. */
    int code();

    /** In words that go on from the name of what ended: {@code exited with 1}. */
    String inWords();

    /** Whether the process itself returned 0. */
    default boolean success() {
        return code() == 0;
    }

    /**
     * This, if it is a success.
     *
     * @throws ExitStatusException if it is not
     */
    @CanIgnoreReturnValue
    default ExitStatus orThrow() {
        if (!success()) {
            throw new ExitStatusException("the process", this);
        }
        return this;
    }

    /**
     * It ended by itself.
     *
     * @param code what it returned, 0 to 255
     */
    record Exited(int code) implements ExitStatus {
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("code must be 0 to 255, got " + code);
            }
        }

        @Override
        public String inWords() {
            return "exited with " + code;
        }
    }

    /**
     * A signal ended it.
     *
     * @param signal its number, as in signal(7)
     */
    record Signaled(int signal) implements ExitStatus {
        public Signaled {
            if (signal < 1 || signal > 64) {
                throw new IllegalArgumentException("signal must be 1 to 64, got " + signal);
            }
        }

        @Override
        public int code() {
            return 128 + signal;
        }

        @Override
        public String inWords() {
            return "was ended by signal " + signal;
        }
    }

    /**
     * The kernel killed it because the container needed more memory than it may have, or it was a shell that returned 137, as one
     * does for a command that was killed, when there was such a kill. A 137 that has another reason is {@link Exited}, and so is
     * any other code: {@link Container#oomKilled()} tells whether there was a kill.
     *
     * @param limitBytes what it may have
     */
    record OutOfMemory(long limitBytes) implements ExitStatus {
        private static final int SIGKILL = 9;

        public OutOfMemory {
            if (limitBytes < 0) {
                throw new IllegalArgumentException("limitBytes must not be negative, got " + limitBytes);
            }
        }

        @Override
        public int code() {
            return 128 + SIGKILL;
        }

        @Override
        public String inWords() {
            return "needed more memory than its limit of " + limitBytes + " bytes";
        }
    }
}
