package dev.skiff;

import java.io.PrintStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Ready listeners for {@link BuildEvent}s, for programs that show people how a build gets on. One listener serves one build. */
public final class BuildProgress {
    private static final int USUAL_WIDTH = 80;
    private static final int TICK_MILLIS = 200;

    private BuildProgress() {}

    /**
     * Prints a line for each thing that happens, as it happens, as {@code docker build --progress=plain} does. Suits logs and
     * pipes, and steps that run side by side, for each line has the number of its step:
     *
     * <pre>
     * #2 [build 2/4] RUN npm install
     * #2 not cached: package.json changed
     * #2 0.9 added 12 packages
     * #2 DONE 1.4s
     * </pre>
     */
    public static Consumer<BuildEvent> plain(PrintStream out) {
        return new PlainProgress(Objects.requireNonNull(out, "out"), System::nanoTime);
    }

    /**
     * Draws the steps and how long they take, with the last lines of those that run, over and over in the same place, as {@code
     * docker build} does on a terminal. As wide as {@code $COLUMNS} says, else 80; without colours if {@code NO_COLOR} is set. If
     * this program has no terminal, or one that is {@code dumb}, it is {@link #plain} instead.
     *
     * @param out the terminal: {@code System.out} or {@code System.err}, which nobody else writes to meanwhile
     */
    public static Consumer<BuildEvent> live(PrintStream out) {
        Objects.requireNonNull(out, "out");
        if (!Terminal.isHere()) {
            return plain(out);
        }
        Executor later = CompletableFuture.delayedExecutor(TICK_MILLIS, TimeUnit.MILLISECONDS);
        return new LiveProgress(out, width(), colours(), System::nanoTime, later);
    }

    private static int width() {
        try {
            return Integer.parseInt(environment("COLUMNS").orElse(""));
        } catch (NumberFormatException e) {
            return USUAL_WIDTH;
        }
    }

    private static boolean colours() {
        return environment("NO_COLOR").isEmpty();
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }
}
