package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.BuildEvent;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages in whatever relation, built by however many. */
class StageScheduleTest {
    /** Each stage leaves a directory of its name; those after it copy it from there, directly or through another. */
    private static String[] randomFile(Random random) {
        List<String> lines = new ArrayList<>();
        int stages = 2 + random.nextInt(8);
        for (int stage = 0; stage < stages; stage++) {
            boolean based = stage > 0 && random.nextBoolean();
            lines.add("FROM " + (based ? "s" + random.nextInt(stage) : "scratch") + " AS s" + stage);
            if (random.nextBoolean()) {
                lines.add("ONBUILD WORKDIR /by" + stage);
            }
            lines.add("WORKDIR /s" + stage);
            for (int copy = random.nextInt(3); stage > 0 && copy > 0; copy--) {
                int from = random.nextInt(stage);
                lines.add("COPY --from=s" + from + " /s" + from + " /c" + copy);
            }
        }
        lines.add("FROM scratch");
        IntStream.range(0, stages).forEach(stage -> lines.add("COPY --from=s" + stage + " / /all" + stage));
        return lines.toArray(new String[0]);
    }

    private static Digest build(String[] lines, Executor executor) throws IOException {
        Path directory = Files.createTempDirectory("schedule");
        try (Workbench bench = new Workbench(directory)) {
            bench.executor(executor).arguments(Map.of("SOURCE_DATE_EPOCH", "1000"));
            Digest digest = bench.build(lines).digest();
            assertNumbersAreInOrder(bench.events());
            return digest;
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Each step begins once, and within its stage the numbers rise. */
    private static void assertNumbersAreInOrder(List<BuildEvent> events) {
        List<BuildEvent.StepStarted> started = events.stream()
                .filter(BuildEvent.StepStarted.class::isInstance)
                .map(BuildEvent.StepStarted.class::cast)
                .toList();
        assertThat(started.stream().map(BuildEvent.StepStarted::step).sorted().toList())
                .isEqualTo(IntStream.rangeClosed(1, started.size()).boxed().toList());
        started.stream()
                .map(BuildEvent.StepStarted::stage)
                .distinct()
                .forEach(stage -> assertThat(started.stream()
                                .filter(step -> step.stage().equals(stage))
                                .map(BuildEvent.StepStarted::step))
                        .isSorted());
    }

    @Property(tries = 25)
    void theImageIsTheSameHoweverManyBuildIt(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int threads)
            throws IOException {
        String[] lines = randomFile(new Random(seed));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            assertThat(build(lines, executor)).isEqualTo(build(lines, nobody -> {}));
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void howManyStepsThereAreIsKnownWhenTheFirstBegins(@TempDir Path directory) throws IOException {
        try (Workbench bench = new Workbench(directory)) {
            bench.build(
                    "FROM scratch AS a",
                    "WORKDIR /a",
                    "FROM scratch AS b",
                    "WORKDIR /b",
                    "FROM a",
                    "COPY --from=b /b /b");

            assertThat(bench.events().stream()
                            .filter(BuildEvent.StepStarted.class::isInstance)
                            .map(event -> ((BuildEvent.StepStarted) event).total()))
                    .containsOnly(3);
        }
    }

    @Test
    void aChainOfThousandsOfStagesNeedsNoDeepStack(@TempDir Path directory) throws IOException {
        List<String> lines = new ArrayList<>(List.of("FROM scratch AS s0", "WORKDIR /w"));
        for (int stage = 1; stage < 3_000; stage++) {
            lines.add("FROM s" + (stage - 1) + " AS s" + stage);
        }
        try (Workbench bench = new Workbench(directory)) {
            assertThat(bench.executor(nobody -> {})
                            .build(lines.toArray(new String[0]))
                            .layers())
                    .hasSize(1);
        }
    }
}
