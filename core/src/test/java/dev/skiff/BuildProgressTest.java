package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skiff.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BuildProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private final AtomicLong now = new AtomicLong();
    private final List<Runnable> ticks = new ArrayList<>();
    private final Consumer<BuildEvent> plain = new PlainProgress(out, now::get);

    private LiveProgress live(int width, boolean colours) {
        return new LiveProgress(out, width, colours, now::get, ticks::add);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8)
                .replace("\u001b[?7l", "")
                .replace("\u001b[?7h", "")
                .lines()
                .toList();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void everyLineSaysWhichStepItIsOf() {
        plain.accept(new BuildEvent.StepStarted(1, 2, "0", "FROM busybox", 1));
        plain.accept(new BuildEvent.StepStarted(2, 2, "build", "RUN make", 2));
        plain.accept(new BuildEvent.StepCached(1, Optional.empty()));
        plain.accept(new BuildEvent.StepMissed(2, new CacheMiss(CacheMiss.Cause.ARGUMENT_CHANGED, List.of("VERSION"))));
        pass(Duration.ofMillis(700));
        plain.accept(new BuildEvent.StepOutput(2, LogLine.Source.STDERR, "made"));
        plain.accept(new BuildEvent.StepFinished(2, Duration.ofMillis(1400), 7));
        plain.accept(new BuildEvent.Warning("odd", OptionalInt.of(3)));

        assertThat(lines())
                .containsExactly(
                        "#1 [1/2] FROM busybox",
                        "#2 [build 2/2] RUN make",
                        "#1 CACHED",
                        "#2 not cached: argument VERSION changed",
                        "#2 0.700 made",
                        "#2 DONE 1.4s",
                        "WARNING: odd (line 3)");
    }

    @Test
    void whatWasBroughtFromACacheSaysFromWhich() {
        plain.accept(new BuildEvent.StepCached(1, Optional.of("registry.example.com/app:cache")));

        assertThat(lines()).containsExactly("#1 CACHED from registry.example.com/app:cache");
    }

    @Test
    void whatACommandWritesCannotSteerTheTerminal() {
        plain.accept(new BuildEvent.StepOutput(1, LogLine.Source.STDOUT, "a\u001b]0;title\u0007\tb\rc"));

        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("#1 0.000 a]0;title\tbc");
    }

    @Test
    void aStepThatRunsIsDrawnOverAndOneThatIsDoneStays() {
        LiveProgress live = live(40, false);
        live.accept(new BuildEvent.StepStarted(1, 2, "0", "RUN make", 2));
        pass(Duration.ofSeconds(2));
        live.accept(new BuildEvent.StepOutput(1, LogLine.Source.STDOUT, "made"));
        live.accept(new BuildEvent.StepFinished(1, Duration.ofSeconds(2), 7));
        live.accept(new BuildEvent.BuildFinished(Duration.ofSeconds(3), Optional.of(Digest.sha256(new byte[0]))));

        assertThat(lines())
                .containsExactly(
                        "[+] Building 0.0s (0/2)",
                        "=> [1/2] RUN make                  0.0s",
                        "\u001b[2F\u001b[J[+] Building 2.0s (0/2)",
                        "=> [1/2] RUN make                  2.0s",
                        "=> => # made",
                        "\u001b[3F\u001b[J=> [1/2] RUN make                  2.0s",
                        "[+] Building 2.0s (1/2)",
                        "\u001b[1F\u001b[J[+] Building 3.0s (1/2) FINISHED");
    }

    @Test
    void timesGoOnWhileNothingHappensAndOnlyWhileSomethingRuns() {
        LiveProgress live = live(40, false);
        live.accept(new BuildEvent.StepStarted(1, 1, "0", "RUN make", 1));
        pass(Duration.ofSeconds(5));
        ticks.remove(0).run();
        assertThat(lines().get(lines().size() - 1)).isEqualTo("=> [1/1] RUN make                  5.0s");

        live.accept(new BuildEvent.BuildFinished(Duration.ofSeconds(5), Optional.empty()));
        ticks.remove(0).run();
        assertThat(ticks).isEmpty();
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        LiveProgress live = live(30, false);
        live.accept(new BuildEvent.StepStarted(1, 1, "0", "RUN " + "x".repeat(100), 1));

        assertThat(lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(30));
        assertThat(lines().get(1)).contains("…").endsWith(" 0.0s");
    }

    @Test
    void coloursAreLeftOutWhenNobodyWantsThem() {
        live(60, true).accept(new BuildEvent.Warning("odd", OptionalInt.empty()));
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("\u001b[33mWARNING: odd\u001b[0m");

        printed.reset();
        live(60, false).accept(new BuildEvent.Warning("odd", OptionalInt.empty()));
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b[33m");
    }

    @Test
    void aBuildThatFailsLeavesWhatItLastWroteOnTheTerminal() {
        LiveProgress live = live(60, false);
        live.accept(new BuildEvent.StepStarted(1, 1, "0", "RUN make", 1));
        live.accept(new BuildEvent.StepOutput(1, LogLine.Source.STDERR, "no rule to make target"));
        live.accept(new BuildEvent.BuildFinished(Duration.ofSeconds(1), Optional.empty()));

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("=> STOPPED [1/1] RUN make")
                .contains("=> => # no rule to make target")
                .endsWith("[+] Building 1.0s (0/1) FAILED\n\u001b[?7h"); // lines are wrapped again
    }

    @Test
    void aProgramWithoutATerminalGetsThePlainLines() {
        assumeFalse(Terminal.isHere(), "the tests run on a terminal, so there is nothing to fall back from");
        BuildProgress.live(out).accept(new BuildEvent.StepStarted(1, 1, "0", "RUN make", 1));

        assertThat(lines()).containsExactly("#1 [1/1] RUN make");
    }

    @Test
    void missesAreToldInWords() {
        assertThat(new CacheMiss(CacheMiss.Cause.FILE_CHANGED, List.of("a", "b", "c", "d", "e")).inWords())
                .isEqualTo("a, b, c and 2 more changed");
        assertThat(new CacheMiss(CacheMiss.Cause.SETTING_CHANGED, List.of()).inWords())
                .isEqualTo("the step itself changed");
        assertThat(new CacheMiss(CacheMiss.Cause.PARENT_CHANGED, List.of()).inWords())
                .isEqualTo("what is below it changed");
    }
}
