package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BuildProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Consumer<BuildEvent> progress =
            BuildProgress.plain(new PrintStream(printed, true, StandardCharsets.UTF_8));

    @Test
    void everyLineSaysWhichStepItIsOf() {
        progress.accept(new BuildEvent.StepStarted(1, 2, "0", "FROM busybox", 1));
        progress.accept(new BuildEvent.StepStarted(2, 2, "0", "RUN make", 2));
        progress.accept(new BuildEvent.StepCached(1));
        progress.accept(new BuildEvent.StepOutput(2, LogLine.Source.STDERR, "made"));
        progress.accept(new BuildEvent.StepFinished(2, Duration.ofMillis(1400), 7));

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "[1/2] FROM busybox", "[2/2] RUN make", "[1/2] cached", "[2/2] | made", "[2/2] done in 1.4 s");
    }

    @Test
    void whatACommandWritesCannotSteerTheTerminal() {
        progress.accept(new BuildEvent.StepOutput(1, LogLine.Source.STDOUT, "a\u001b]0;title\u0007\tb\rc"));

        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("[1] | a]0;title\tbc");
    }
}
