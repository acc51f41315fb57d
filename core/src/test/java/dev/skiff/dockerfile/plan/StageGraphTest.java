package dev.skiff.dockerfile.plan;

import static dev.skiff.dockerfile.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StageGraphTest {
    @Test
    void aBaseIsAnEarlierStageOrScratchOrAnImage() {
        StageGraph graph = graph("FROM scratch AS a\nFROM A\nFROM later\nFROM b AS later\n");

        assertThat(graph.base(0)).isEqualTo(new Origin.Scratch());
        assertThat(graph.base(1)).isEqualTo(new Origin.OfStage(0));
        assertThat(graph.base(2)).isEqualTo(new Origin.OfImage("later"));
        assertThat(graph.base(3)).isEqualTo(new Origin.OfImage("b"));
    }

    @Test
    void aStageMayBeNamedLikeAnImageAndShadowsIt() {
        StageGraph graph = graph("FROM alpine AS alpine\nFROM alpine\nFROM x AS scratch\nFROM scratch\n");

        assertThat(graph.base(0)).isEqualTo(new Origin.OfImage("alpine"));
        assertThat(graph.base(1)).isEqualTo(new Origin.OfStage(0));
        assertThat(graph.base(3)).isEqualTo(new Origin.OfStage(2));
    }

    @Test
    void aNameGivenAgainMeansTheNearestBefore() {
        StageGraph graph = graph("FROM x AS a\nFROM y AS a\nCOPY --from=a b c\nFROM a\n");

        assertThat(graph.dependencies(1)).containsExactly(0);
        assertThat(graph.base(2)).isEqualTo(new Origin.OfStage(1));
        assertThat(graph.target(Optional.of("a")).index()).isEqualTo(1);
    }

    @Test
    void namedContextsComeBeforeWhatTheyAreNamedLike() {
        Dockerfile file = parse("FROM x AS base\nFROM alpine\nCOPY --from=Files a b\nCOPY --from=img a b\n");
        StageGraph graph = StageGraph.of(file, Word::raw, Set.of("base", "alpine", "files"));

        assertThat(graph.base(0)).isEqualTo(new Origin.OfContext("base"));
        assertThat(graph.base(1)).isEqualTo(new Origin.OfContext("alpine"));
        List<Instruction> copies = file.stages().get(1).instructions();
        assertThat(graph.origin(1, from(copies.get(0)))).isEqualTo(new Origin.OfContext("files"));
        assertThat(graph.origin(1, from(copies.get(1)))).isEqualTo(new Origin.OfImage("img"));
    }

    @Test
    void theBaseIsExpandedWithTheGivenVariables() {
        Dockerfile file = parse("ARG V=18\nFROM node:${V}-alpine\n");
        Expander expander = new Expander(file.escape());
        Environment globals = Environment.of(Map.of("V", "20"));

        assertThat(StageGraph.of(file, word -> expander.expand(word, globals), Set.of())
                        .base(0))
                .isEqualTo(new Origin.OfImage("node:20-alpine"));
    }

    @Test
    void aBlankBaseIsRefusedEvenInAStageNobodyNeeds() {
        Dockerfile file = parse("FROM ${NOPE}\nFROM a\n");
        Expander expander = new Expander(file.escape());

        DockerfileException thrown = catchThrowableOfType(
                DockerfileException.class,
                () -> StageGraph.of(file, word -> expander.expand(word, Environment.EMPTY), Set.of()));

        assertThat(thrown.problem()).isEqualTo("base name (${NOPE}) should not be blank");
        assertThat(thrown.column()).isEqualTo(6);
    }

    @Test
    void onlyStagesThatTheTargetNeedsAreNeeded() {
        String text = """
                FROM a AS base
                FROM b AS unused
                FROM base AS build
                FROM c AS tools
                FROM d AS cache
                FROM scratch AS out
                COPY --from=BUILD x y
                COPY --from=3 x y
                COPY --from=busybox x y
                RUN --mount=from=cache,target=/c true
                FROM scratch AS after
                """;

        assertThat(needed(text, "out")).containsExactly("base", "build", "tools", "cache", "out");
        assertThat(needed(text, "build")).containsExactly("base", "build");
        assertThat(needed(text, null)).containsExactly("after");
    }

    @Test
    void triggersOfTheBaseStageMayNeedStages() {
        StageGraph graph = graph("FROM a AS x\nFROM b AS base\nONBUILD COPY --from=x a b\nFROM base AS c\nFROM c\n");

        assertThat(graph.triggers(2)).hasSize(1);
        assertThat(graph.dependencies(2)).containsExactly(0, 1);
        assertThat(graph.triggers(3)).as("only direct children").isEmpty();
        assertThat(graph.dependencies(3)).containsExactly(2);
    }

    @Test
    void theTargetIsFoundByNameWithoutCaseAndElseByNumber() {
        StageGraph graph = graph("FROM a AS one\nFROM b AS two\n");

        assertThat(graph.target(Optional.of("ONE")).index()).isZero();
        assertThat(graph.target(Optional.empty()).index()).isEqualTo(1);
        assertThat(graph.target(Optional.of("0")).index()).isZero();
        assertThat(targetProblem(graph, "2")).startsWith("target stage \"2\" could not be found");
        assertThat(targetProblem(graph, "tvo")).contains("could not be found (did you mean two?)");
        assertThat(targetProblem(graph, "xxxxxx")).contains("the stages are one, two");
    }

    @Test
    void anIndexThatNoStageHasIsRefused() {
        assertThat(problem("FROM a\nCOPY --from=9 a b\n")).isEqualTo("invalid stage index 9");
        assertThat(problem("FROM a\nCOPY --from=-1 a b\n")).isEqualTo("invalid stage index -1");
        assertThat(problem("FROM a\nCOPY --from=99999999999999999999 a b\n")).startsWith("invalid stage index 999");
    }

    @Test
    void copyingFromALaterStageIsAnErrorOnlyIfReached() {
        StageGraph graph = graph("FROM x AS a\nCOPY --from=b x y\nFROM y AS b\nFROM z AS c\n");

        assertThat(graph.neededFor(graph.target(Optional.of("b")))).hasSize(1);
        DockerfileException thrown =
                catchThrowableOfType(DockerfileException.class, () -> graph.neededFor(graph.target(Optional.of("a"))));
        assertThat(thrown.problem())
                .isEqualTo("cannot copy from stage \"b\", it needs to be defined before current stage \"a\"");
        assertThat(thrown.line()).isEqualTo(2);
    }

    @Test
    void aCircleIsAnErrorReachedOrNot() {
        assertThat(problem("FROM x AS s\nCOPY --from=s a b\nFROM y\n"))
                .isEqualTo("circular dependency detected on stage: s");
        assertThat(problem("FROM x AS a\nCOPY --from=b a b\nFROM a AS b\nFROM y\n"))
                .isEqualTo("circular dependency detected on stage: a");
        assertThat(problem("FROM x\nCOPY --from=1 a b\nFROM y\nCOPY --from=0 a b\nFROM z\nCOPY --from=0 a b\n"))
                .isEqualTo("circular dependency detected on stage: 0");
        assertThat(problem("FROM x AS a\nRUN --mount=from=a,target=/x true\n"))
                .isEqualTo("circular dependency detected on stage: a");
    }

    @Test
    void manyStagesInAChainArePlannedInTime() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16_000; i++) {
            text.append("FROM x AS s")
                    .append(i)
                    .append("\nCOPY --from=s")
                    .append(i + 1)
                    .append(" a b\n");
        }
        Dockerfile file = parse(text + "FROM y AS s16000\n");

        StageGraph graph =
                assertTimeoutPreemptively(Duration.ofSeconds(5), () -> StageGraph.of(file, Word::raw, Set.of()));

        assertThat(graph.dependencies(0)).containsExactly(1);
    }

    private static List<String> needed(String text, String target) {
        StageGraph graph = graph(text);
        return graph.neededFor(graph.target(Optional.ofNullable(target))).stream()
                .map(Stage::label)
                .toList();
    }

    private static StageGraph graph(String text) {
        return StageGraph.of(parse(text), Word::raw, Set.of());
    }

    private static String problem(String text) {
        DockerfileException thrown = catchThrowableOfType(DockerfileException.class, () -> graph(text));
        assertThat(thrown).isNotNull();
        return thrown.problem();
    }

    private static String targetProblem(StageGraph graph, String name) {
        DockerfileException thrown =
                catchThrowableOfType(DockerfileException.class, () -> graph.target(Optional.of(name)));
        return thrown.problem();
    }

    private static Word from(Instruction copy) {
        return ((Instruction.Copy) copy).from().orElseThrow();
    }
}
