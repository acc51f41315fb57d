package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.CacheMiss;
import dev.skiff.LogLine;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.oci.Digest;
import dev.skiff.store.StoredLayer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Numbers the steps of a build and tells of them: the images it begins with, and what makes a layer. What changes only the
 * configuration is no step, for there is nothing in it to wait for. Thread-safe.
 */
final class Progress {
    private final Outbox<BuildEvent> outbox;
    private final char escape;
    private final AtomicInteger total = new AtomicInteger();
    private final long startNanos = System.nanoTime();

    Progress(List<Consumer<? super BuildEvent>> listeners, char escape) {
        this.outbox = new Outbox<>(listeners);
        this.escape = escape;
    }

    static boolean isStep(Instruction instruction) {
        return instruction instanceof Instruction.Run
                || instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Workdir;
    }

    static int count(List<Instruction> instructions) {
        return (int) instructions.stream().filter(Progress::isStep).count();
    }

    /** Numbers the steps of one more stage. */
    OfStage stage(Stage stage, int steps) {
        return new OfStage(stage, steps);
    }

    /** Tells of what is likely to be a mistake. */
    void warn(String text, OptionalInt line) {
        outbox.tell(new BuildEvent.Warning(text, line));
    }

    /** Tells that the build is over, as the last thing that is told. */
    void over(Optional<Digest> image) {
        outbox.tell(new BuildEvent.BuildFinished(Duration.ofNanos(System.nanoTime() - startNanos), image));
        outbox.flush();
    }

    /** The same of a build that has failed; what listeners throw now is added to that. */
    void failed(Throwable why) {
        try {
            over(Optional.empty());
        } catch (RuntimeException | Error e) {
            if (!e.equals(why)) {
                why.addSuppressed(e);
            }
        }
    }

    /** Waits until the listeners have heard all of it. */
    void flush() {
        outbox.flush();
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

    /** The steps of one stage, which are done one after the other. */
    final class OfStage {
        private final Stage stage;
        private final Deque<Integer> numbers = new ArrayDeque<>();
        private final Map<String, Integer> occurrences = new HashMap<>();

        private OfStage(Stage stage, int steps) {
            this.stage = stage;
            more(steps).forEach(numbers::add);
        }

        private List<Integer> more(int steps) {
            int last = total.addAndGet(steps);
            return IntStream.rangeClosed(last - steps + 1, last).boxed().toList();
        }

        /** There are more steps than was known at first, before those that are left: their numbers follow all others. */
        void insert(int steps) {
            List<Integer> added = more(steps);
            for (int i = added.size() - 1; i >= 0; i--) {
                numbers.addFirst(added.get(i));
            }
        }

        Step start(Instruction instruction) {
            String text = oneLine(instruction);
            int occurrence = occurrences.merge(text, 1, Integer::sum);
            Step step = new Step(
                    stage, stage.label() + "\n" + text + "\n" + occurrence, numbers.remove(), System.nanoTime());
            outbox.tell(new BuildEvent.StepStarted(step.number, total.get(), stage.label(), text, line(instruction)));
            return step;
        }

        /** What ONBUILD of an image has brought stands nowhere in the file but at the FROM. */
        private int line(Instruction instruction) {
            boolean inFile =
                    instruction.span().source().equals(stage.from().span().source());
            return inFile ? instruction.span().startLine() : stage.from().span().startLine();
        }
    }

    /** One step under way. */
    final class Step {
        private final Stage stage;
        private final String place;
        private final int number;
        private final long startNanos;
        private boolean over;

        private Step(Stage stage, String place, int number, long startNanos) {
            this.stage = stage;
            this.place = place;
            this.number = number;
            this.startNanos = startNanos;
        }

        int number() {
            return number;
        }

        /** What tells its instruction from all others of the file, also in a later build: stage, text, and which of equal ones. */
        String place() {
            return place;
        }

        /** Whether its stage is one of these, which are named in lower case or by number. */
        boolean isIn(Set<String> stages) {
            return stages.contains(stage.label()) || stages.contains(Integer.toString(stage.index()));
        }

        /** Unless the step has ended already, what it makes was there, or in the cache that is named. */
        void endAsCached(Optional<String> from) {
            if (!over) {
                cached(from);
            }
        }

        void cached() {
            cached(Optional.empty());
        }

        private void cached(Optional<String> from) {
            over = true;
            outbox.tell(new BuildEvent.StepCached(number, from));
        }

        void missed(CacheMiss why) {
            outbox.tell(new BuildEvent.StepMissed(number, why));
        }

        void output(LogLine.Source stream, String text) {
            outbox.tell(new BuildEvent.StepOutput(number, stream, text));
        }

        void finished(StoredLayer layer) {
            long bytes = layer.tarBytes();
            outbox.tell(new BuildEvent.LayerWritten(number, layer.diffId(), bytes));
            finished(bytes);
        }

        void finished(long bytes) {
            over = true;
            Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
            outbox.tell(new BuildEvent.StepFinished(number, duration, bytes));
        }
    }
}
