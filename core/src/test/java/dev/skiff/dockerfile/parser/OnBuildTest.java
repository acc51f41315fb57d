package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Instruction;
import org.junit.jupiter.api.Test;

class OnBuildTest {
    @Test
    void theTriggerIsKeptAsWritten() {
        assertThat(trigger("onbuild   copy  --from=x a \\\n  $b # c")).isEqualTo("copy  --from=x a   $b # c");
    }

    @Test
    void heredocBodiesArePutBack() {
        String trigger = trigger("ONBUILD RUN cat <<A <<B\n1\nA\n2\nB\n");

        assertThat(trigger).isEqualTo("RUN cat <<A <<B\n1\nA\n2\nB");
        Instruction.Run run = (Instruction.Run) DockerfileParser.parseTrigger("ONBUILD of x", trigger);
        assertThat(run.heredocs()).hasSize(2);
    }

    @Test
    void someInstructionsAreForbidden() {
        assertThat(problem("ONBUILD ONBUILD RUN a")).isEqualTo("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        assertThat(problem("ONBUILD from a")).isEqualTo("FROM isn't allowed as an ONBUILD trigger");
        assertThat(problem("ONBUILD MAINTAINER a")).isEqualTo("MAINTAINER isn't allowed as an ONBUILD trigger");
        assertThat(problem("ONBUILD")).isEqualTo("ONBUILD requires at least one argument");
    }

    @Test
    void anUnknownInstructionIsAnErrorOnlyWhenTriggered() {
        String trigger = trigger("ONBUILD FOO a");

        assertThatThrownBy(() -> DockerfileParser.parseTrigger("ONBUILD of x", trigger))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("unknown instruction: FOO")
                .hasMessageStartingWith("ONBUILD of x:1:1: ");
    }

    @Test
    void aTriggerIsOneInstruction() {
        assertThatThrownBy(() -> DockerfileParser.parseTrigger("x", "RUN a\nRUN b"))
                .hasMessageContaining("onbuild trigger should be a single expression");
        assertThatThrownBy(() -> DockerfileParser.parseTrigger("x", ""))
                .hasMessageContaining("onbuild trigger should be a single expression");
    }

    private static String trigger(String text) {
        return only(Instruction.OnBuild.class, text).trigger();
    }
}
