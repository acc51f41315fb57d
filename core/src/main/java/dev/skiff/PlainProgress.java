package dev.skiff;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A line for each thing that happens. */
final class PlainProgress implements Consumer<BuildEvent> {
    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final Map<Integer, Long> starts = new HashMap<>();

    PlainProgress(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public void accept(BuildEvent event) {
        if (event instanceof BuildEvent.StepStarted started) {
            starts.put(started.step(), nanoTime.getAsLong());
            print(started, ProgressText.title(started));
        } else if (event instanceof BuildEvent.StepCached cached) {
            print(cached, "CACHED" + cached.from().map(from -> " from " + from).orElse(""));
        } else if (event instanceof BuildEvent.StepMissed missed) {
            print(missed, "not cached: " + ProgressText.printable(missed.why().inWords()));
        } else if (event instanceof BuildEvent.StepOutput output) {
            print(output, age(output.step()) + " " + ProgressText.printable(output.text()));
        } else if (event instanceof BuildEvent.StepFinished finished) {
            print(finished, "DONE " + ProgressText.seconds(finished.duration()));
        } else if (event instanceof BuildEvent.Warning warning) {
            print("WARNING: "
                    + ProgressText.printable(warning.text())
                    + (warning.line().isPresent() ? " (line " + warning.line().getAsInt() + ")" : ""));
        }
    }

    private String age(int step) {
        long now = nanoTime.getAsLong();
        Duration age = Duration.ofNanos(now - starts.getOrDefault(step, now));
        return String.format(Locale.ROOT, "%.3f", age.toMillis() / 1000.0);
    }

    private void print(BuildEvent.OfStep event, String text) {
        print("#" + event.step() + " " + text);
    }

    private void print(String text) {
        out.println(text);
        out.flush();
    }
}
