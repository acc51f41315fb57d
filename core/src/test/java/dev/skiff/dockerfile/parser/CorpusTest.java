package dev.skiff.dockerfile.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.plan.StageGraph;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people write them. */
class CorpusTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello-node",
                "go-multistage",
                "python-heredocs",
                "java-cache-mounts",
                "nginx-legacy",
                "windows-escape",
                "base-with-onbuild",
                "matrix"
            })
    void aRealisticFileIsParsedAndPrintedBack(String name) throws IOException {
        byte[] bytes = read(name);

        Dockerfile file = DockerfileParser.parse(name, bytes);

        assertThat(file.print()).isEqualTo(bytes);
        assertThat(StageGraph.of(file, Word::raw, Set.of()).target(Optional.empty()))
                .isNotNull();
    }

    @Test
    void theSampleIsSevenInstructions() throws IOException {
        Dockerfile file = DockerfileParser.parse("Dockerfile", read("hello-node"));

        assertThat(file.instructions())
                .extracting(Instruction::keyword)
                .containsExactly("FROM", "WORKDIR", "COPY", "RUN", "COPY", "EXPOSE", "CMD");
    }

    @Test
    void theMultistageFileNeedsTheStagesItCopiesFrom() throws IOException {
        Dockerfile file = DockerfileParser.parse("Dockerfile", read("go-multistage"));
        StageGraph graph = StageGraph.of(file, Word::raw, Set.of());

        assertThat(labels(graph.neededFor(graph.target(Optional.empty()))))
                .containsExactly("base", "deps", "build", "assets", "release");
        assertThat(labels(graph.neededFor(graph.target(Optional.of("test"))))).containsExactly("base", "deps", "test");
    }

    private static List<String> labels(List<Stage> stages) {
        return stages.stream().map(Stage::label).toList();
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = CorpusTest.class.getResourceAsStream("/dockerfiles/" + name + ".Dockerfile")) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }
}
