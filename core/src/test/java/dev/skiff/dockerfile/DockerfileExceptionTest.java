package dev.skiff.dockerfile;

import static dev.skiff.dockerfile.Parsing.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.DockerfileException;
import org.junit.jupiter.api.Test;

class DockerfileExceptionTest {
    @Test
    void itSaysFileLineColumnInstructionAndShowsTheLine() {
        DockerfileException thrown = failure("FROM a\n\n  COPY --link \\\n    --form=b c d\n");

        assertThat(thrown.file()).isEqualTo("Dockerfile");
        assertThat(thrown.line()).isEqualTo(4);
        assertThat(thrown.column()).isEqualTo(5);
        assertThat(thrown.instruction()).isEqualTo("COPY --link \\\n    --form=b c d");
        assertThat(thrown).hasMessage("""
                        Dockerfile:4:5: unknown flag: --form (did you mean --from?)
                          4 |     --form=b c d
                            |     ^""");
    }

    @Test
    void aLongLineIsShownInPart() {
        DockerfileException thrown = failure("FROM a\nENV " + "a=b ".repeat(1_000) + "x " + "c=d ".repeat(1_000));

        assertThat(thrown.getMessage()).hasSizeLessThan(400);
        assertThat(thrown.getMessage().lines().toList().get(1))
                .startsWith("  2 | ...")
                .contains("x")
                .endsWith("...");
        String[] lines = thrown.getMessage().split("\n", -1);
        assertThat(lines[1].charAt(lines[2].indexOf('^'))).isEqualTo('x');
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        assertThat(failure("FROM a\nENV a=b\u001B[31m\tb =\n").getMessage()).doesNotContain("\u001B");
        assertThat(failure("FOO\u001B[31m\n").getMessage()).doesNotContain("\u001B");
    }
}
