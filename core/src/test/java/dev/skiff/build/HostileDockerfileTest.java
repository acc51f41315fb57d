package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are made to take for ever: work is counted, and too much of it is an error. */
class HostileDockerfileTest {
    private Workbench bench;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        bench = new Workbench(directory);
    }

    @Test
    void argumentsThatDoubleEachOtherEndInAnError() {
        String doubling = "ARG v0=0123456789\n" + lines(60, i -> "ARG v" + (i + 1) + "=$v" + i + "$v" + i);

        refused(doubling + "FROM scratch", "expands to more than");
        refused("FROM scratch\n" + doubling, "expands to more than");
        refused("FROM scratch\n" + doubling.replace("ARG", "ENV"), "expands to more than");
    }

    @Test
    void longValuesPutInOverAndOverEndInAnError() {
        refused(
                "FROM scratch\nENV v0=0123456789\n" + lines(15, i -> "ENV v" + (i + 1) + "=$v" + i + "$v" + i)
                        + lines(1_000, i -> "LABEL l=$v15"),
                "characters in all");
    }

    @Test
    void tensOfThousandsOfSettingsEndInAnError() {
        refused("FROM scratch\n" + lines(40_000, i -> "ENV v" + i + "=1"), "sets too much");
        refused("FROM scratch\n" + lines(40_000, i -> "ARG v" + i + "=1"), "sets too much");
        refused("FROM scratch\n" + lines(40_000, i -> "LABEL v" + i + "=1"), "sets too much");
        refused("FROM scratch\n" + lines(40_000, i -> "EXPOSE 1-65535"), "sets too much");
        refused("FROM scratch\n" + lines(40_000, i -> "VOLUME /v" + i), "sets too much");
    }

    @Test
    void aThousandSettingsAreNoTrouble() throws IOException {
        assertThat(bench.build("FROM scratch\n" + lines(1_000, i -> "ENV v" + i + "=1"))
                        .config()
                        .containerConfig()
                        .env())
                .hasSize(1_001);
    }

    @Test
    void tensOfThousandsOfSettingsInOneInstructionAreNoTrouble() throws IOException {
        String pairs = lines(20_000, i -> "v" + i + "=1 \\");

        assertThat(bench.build("FROM scratch\nENV " + pairs + "w=1")
                        .config()
                        .containerConfig()
                        .env())
                .hasSize(20_002);
    }

    @Test
    void triggersThatMultiplyEndInAnError() {
        refused(
                "FROM scratch AS s\n" + lines(2_000, i -> "ONBUILD ARG a") + lines(2_000, i -> "FROM s"),
                "ONBUILD triggers");
    }

    @Test
    void thousandsOfStagesAreBuilt() throws IOException {
        assertThat(bench.build("FROM scratch AS s0\n" + lines(5_000, i -> "FROM s" + i + " AS s" + (i + 1))))
                .isNotNull();
    }

    private void refused(String file, String problem) {
        assertThatThrownBy(() -> bench.build(file))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining(problem);
    }

    private static String lines(int count, IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
    }
}
