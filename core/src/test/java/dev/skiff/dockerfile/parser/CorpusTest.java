package dev.skiff.dockerfile.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.plan.StageGraph;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as people write them. */
class CorpusTest {
    private static final String DIRECTORY = "/dev/skiff/dockerfile/LanguageFuzzTestInputs/parsing";

    static Stream<String> names() throws IOException, URISyntaxException {
        URL directory = Objects.requireNonNull(CorpusTest.class.getResource(DIRECTORY));
        try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".Dockerfile"))
                    .sorted()
                    .toList();
            assertThat(names).hasSizeGreaterThan(20);
            return names.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRealisticFileIsParsedAndPrintedBack(String name) throws IOException {
        byte[] bytes = read(name);

        Dockerfile file = DockerfileParser.parse(name, bytes);

        assertThat(file.print()).isEqualTo(bytes);
        assertThat(StageGraph.of(file, Word::raw, Set.of()).target(Optional.empty()))
                .isNotNull();
    }

    @Test
    void theSampleIsSevenInstructions() throws IOException {
        Dockerfile file = DockerfileParser.parse("Dockerfile", read("hello-node.Dockerfile"));

        assertThat(file.instructions())
                .extracting(Instruction::keyword)
                .containsExactly("FROM", "WORKDIR", "COPY", "RUN", "COPY", "EXPOSE", "CMD");
    }

    @Test
    void theMultistageFileNeedsTheStagesItCopiesFrom() throws IOException {
        Dockerfile file = DockerfileParser.parse("Dockerfile", read("go-multistage.Dockerfile"));
        StageGraph graph = StageGraph.of(file, Word::raw, Set.of());

        assertThat(labels(graph.neededFor(graph.target(Optional.empty()))))
                .containsExactly("base", "deps", "build", "assets", "release");
        assertThat(labels(graph.neededFor(graph.target(Optional.of("test"))))).containsExactly("base", "deps", "test");
    }

    private static List<String> labels(List<Stage> stages) {
        return stages.stream().map(Stage::label).toList();
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = CorpusTest.class.getResourceAsStream(DIRECTORY + "/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }
}
