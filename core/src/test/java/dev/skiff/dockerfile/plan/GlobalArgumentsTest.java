package dev.skiff.dockerfile.plan;

import static dev.skiff.dockerfile.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.expand.Expander;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GlobalArgumentsTest {
    @Test
    void aDefaultSeesTheArgumentsBeforeIt() {
        assertThat(values("ARG A=1\nARG B=${A}2 C=$B\n", Map.of()))
                .containsExactly(Map.entry("A", "1"), Map.entry("B", "12"), Map.entry("C", "12"));
    }

    @Test
    void whatTheBuildWasGivenComesBeforeDefaults() {
        assertThat(values("ARG A=1\nARG B=$A\nARG A=3\n", Map.of("A", "2", "UNDECLARED", "x")))
                .containsExactly(Map.entry("A", "2"), Map.entry("B", "2"));
    }

    @Test
    void anArgumentWithoutValueIsNotSetAndOneWithAnEmptyValueIs() {
        assertThat(values("ARG A\nARG B=\nARG C=${A-unset}${B-unset}\n", Map.of()))
                .containsExactly(Map.entry("B", ""), Map.entry("C", "unset"));
    }

    @Test
    void predefinedArgumentsAreThereAndCanBeOverridden() {
        Dockerfile file = parse("ARG A=$TARGETARCH-$TARGETOS\nFROM a\n");

        assertThat(GlobalArguments.of(
                        file,
                        new Expander('\\'),
                        Map.of("TARGETARCH", "amd64", "TARGETOS", "linux"),
                        Map.of("TARGETARCH", "arm64")))
                .containsEntry("A", "arm64-linux");
    }

    private static Map<String, String> values(String args, Map<String, String> given) {
        return GlobalArguments.of(parse(args + "FROM a\n"), new Expander('\\'), Map.of(), given);
    }
}
