package dev.skiff;

import java.util.function.Consumer;

/**
 * A command to be run in a running container, beside its own process: with the container's namespaces, limits and filter, and
 * no more rights than its own process began with. Every option gives a new value; nothing happens before a terminal, and each
 * terminal runs it once more:
 *
 * <pre>{@code
 * db.exec("psql", "--version").user("postgres");                    // does nothing: the new value is dropped
 * ExecResult version = db.exec("psql", "--version").user("postgres").await().orThrow();
 * }</pre>
 *
 * <p>{@link #await} returns when the command has ended, however it ended; what it left in the background stays, and the output
 * of that is read for one more second. Interrupting, cancelling and running out of time kill the command, not the container.
 */
@CheckReturnValue
public interface Exec extends Operation<ExecResult> {
    /** The most that is kept of each stream; a listener of {@link #onLog} hears all of it. */
    int MOST_KEPT_BYTES = 16 << 20;

    /** Who runs it, {@code user} or {@code uid}, with {@code :group} if need be; by default who the container's process is. */
    Exec user(String user);

    /** The directory that it is run in; by default that of the container's process. It has to be there. */
    Exec workdir(String path);

    /**
     * A variable besides, or in place of, those that the container's process was given.
     *
     * @throws IllegalArgumentException for a name that no variable can have
     */
    Exec env(String variable, String value);

    /** What it reads, as UTF-8, and then the end of its input; by default there is nothing to read. */
    Exec stdin(String text);

    /** What it reads, and then the end of its input. */
    Exec stdin(byte[] bytes);

    /**
     * Hears each line that it writes, one at a time, as it comes; a line longer than 16 KiB comes in pieces. If it throws, the
     * command is killed, and the terminal fails with that as its cause.
     */
    Exec onLog(Consumer<? super LogLine> listener);

    /**
     * {@inheritDoc}
     *
     * @throws CommandNotFoundException if the container has no such program
     * @throws StartException if it cannot be started: no such user or directory, a container that has ended or is paused
     */
    @Override
    ExecResult await();
}
