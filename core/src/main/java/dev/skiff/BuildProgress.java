package dev.skiff;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Ready listeners for {@link BuildEvent}s, for programs that show people how a build gets on. */
public final class BuildProgress {
    private BuildProgress() {}

    /**
     * Prints a line for each thing that happens, as it happens, each with the number of its step. Suits logs and pipes, and
     * steps that run side by side:
     *
     * <pre>
     * [2/4] RUN npm install
     * [2/4] | added 12 packages
     * [2/4] done in 1.4 s
     * </pre>
     *
     * <p>One listener serves one build.
     */
    public static Consumer<BuildEvent> plain(PrintStream out) {
        return new Plain(Objects.requireNonNull(out, "out"));
    }

    private static final class Plain implements Consumer<BuildEvent> {
        private final PrintStream out;
        private final Map<Integer, String> leads = new HashMap<>();

        Plain(PrintStream out) {
            this.out = out;
        }

        @Override
        public void accept(BuildEvent event) {
            if (event instanceof BuildEvent.StepStarted started) {
                leads.put(started.step(), "[" + started.step() + "/" + started.total() + "] ");
                print(event, started.instruction());
            } else if (event instanceof BuildEvent.StepCached) {
                print(event, "cached");
            } else if (event instanceof BuildEvent.StepOutput output) {
                print(event, "| " + printable(output.text()));
            } else if (event instanceof BuildEvent.StepFinished finished) {
                print(event, "done in " + inWords(finished.duration()));
            }
        }

        private void print(BuildEvent event, String text) {
            out.println(leads.getOrDefault(event.step(), "[" + event.step() + "] ") + text);
            out.flush();
        }

        /** What a command writes is a stranger's: it may not move the cursor, nor set the title. */
        private static String printable(String text) {
            StringBuilder shown = new StringBuilder(text.length());
            text.codePoints()
                    .filter(c -> c == '\t' || !Character.isISOControl(c))
                    .forEach(shown::appendCodePoint);
            return shown.toString();
        }

        private static String inWords(Duration duration) {
            return duration.toMillis() < 1000
                    ? duration.toMillis() + " ms"
                    : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
    }
}
