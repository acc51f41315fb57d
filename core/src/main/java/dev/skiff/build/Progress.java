package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.LogLine;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Numbers the steps of a build and tells of them: the images it begins with, and what makes a layer. What changes only the
 * configuration is no step, for there is nothing in it to wait for.
 */
final class Progress {
    private final List<Consumer<? super BuildEvent>> listeners;
    private final char escape;
    private final int total;
    private int started;

    Progress(List<Consumer<? super BuildEvent>> listeners, char escape, int total) {
        this.listeners = listeners;
        this.escape = escape;
        this.total = total;
    }

    static boolean isStep(Instruction instruction) {
        return instruction instanceof Instruction.Run
                || instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Workdir;
    }

    static int count(Stage stage) {
        return (int) stage.instructions().stream().filter(Progress::isStep).count();
    }

    Step start(Stage stage, Instruction instruction) {
        Step step = new Step(++started, System.nanoTime());
        tell(new BuildEvent.StepStarted(
                step.number,
                total,
                stage.label(),
                oneLine(instruction),
                instruction.span().startLine()));
        return step;
    }

    private void tell(BuildEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    /** The instruction as a person would write it on one line. */
    String oneLine(Instruction instruction) {
        StringBuilder line = new StringBuilder();
        boolean continued = false;
        for (String part : instruction.text().split("\r?\n", -1)) {
            String text = part.strip();
            if (continued && (text.isEmpty() || text.startsWith("#"))) {
                continue;
            }
            continued = text.endsWith(String.valueOf(escape));
            line.append(line.length() == 0 ? "" : " ")
                    .append(continued ? text.substring(0, text.length() - 1).strip() : text);
        }
        return line.toString();
    }

    /** One step under way. */
    final class Step {
        private final int number;
        private final long startNanos;

        private Step(int number, long startNanos) {
            this.number = number;
            this.startNanos = startNanos;
        }

        int number() {
            return number;
        }

        void cached() {
            tell(new BuildEvent.StepCached(number));
        }

        void output(LogLine.Source stream, String text) {
            tell(new BuildEvent.StepOutput(number, stream, text));
        }

        void finished(long bytes) {
            Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
            tell(new BuildEvent.StepFinished(number, duration, bytes));
        }
    }
}
