package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static dev.skiff.dockerfile.Parsing.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
    @Test
    void copyHasItsFlags() {
        Instruction.Copy copy = only(
                Instruction.Copy.class,
                "COPY --from=build --chown=u:g --chmod=0755 --link --parents --exclude=*.md --exclude=x a b /to/");

        assertThat(copy.from()).map(Word::raw).contains("build");
        assertThat(copy.chown()).map(Word::raw).contains("u:g");
        assertThat(copy.chmod()).map(Word::raw).contains("0755");
        assertThat(copy.link()).isTrue();
        assertThat(copy.parents()).isTrue();
        assertThat(raw(copy.excludes())).containsExactly("*.md", "x");
        assertThat(raw(copy.files().sources())).containsExactly("a", "b");
        assertThat(copy.files().destination().raw()).isEqualTo("/to/");
    }

    @Test
    void addHasItsFlags() {
        Instruction.Add add = only(
                Instruction.Add.class,
                "ADD --checksum=sha256:0 --keep-git-dir=false --unpack --link=TRUE --chown=1 --chmod=1 --exclude=a u /");

        assertThat(add.checksum()).map(Word::raw).contains("sha256:0");
        assertThat(add.keepGitDir()).contains(false);
        assertThat(add.unpack()).contains(true);
        assertThat(add.link()).isTrue();
        assertThat(raw(add.excludes())).containsExactly("a");
        assertThat(only(Instruction.Add.class, "ADD a /").unpack()).isEmpty();
    }

    @Test
    void runHasItsFlags() {
        Instruction.Run run = only(
                Instruction.Run.class,
                "RUN --mount=type=cache,target=/c --mount=from=x,target=/d --network=none --security=sandbox make");

        assertThat(run.mounts()).hasSize(2);
        assertThat(run.mounts().get(1).from()).contains("x");
        assertThat(run.network()).map(Word::raw).contains("none");
        assertThat(run.security()).map(Word::raw).contains("sandbox");
    }

    @Test
    void aDoubleDashEndsTheFlags() {
        assertThat(raw(only(Instruction.Copy.class, "COPY -- --f /x/").files().sources()))
                .containsExactly("--f");
    }

    @Test
    void afterTheFirstOtherWordADashedWordIsAnOperand() {
        assertThat(raw(only(Instruction.Copy.class, "COPY a --chown=1 /x/")
                        .files()
                        .sources()))
                .containsExactly("a", "--chown=1");
    }

    @Test
    void quotesAndBackslashesInFlagsAreTakenOff() {
        Instruction.Copy copy = only(Instruction.Copy.class, "COPY --exclude=\"a b\" --exclude='c'\\ d a /x/");

        assertThat(raw(copy.excludes())).containsExactly("a b", "c d");
    }

    @Test
    void anUnknownFlagSuggestsTheNearest() {
        assertThat(problem("COPY --form=x a b")).isEqualTo("unknown flag: --form (did you mean --from?)");
        assertThat(problem("RUN --banana a")).isEqualTo("unknown flag: --banana");
    }

    @Test
    void aFlagWithoutItsValueIsRefused() {
        assertThat(problem("COPY --from a b")).isEqualTo("missing a value on flag: --from");
        assertThat(problem("COPY --link= a b")).isEqualTo("missing a value on flag: --link");
    }

    @Test
    void aFlagGivenTwiceIsRefused() {
        assertThat(problem("COPY --from=a --from=b a b")).isEqualTo("duplicate flag specified: --from");
    }

    @Test
    void aBooleanFlagTakesTrueOrFalse() {
        assertThat(only(Instruction.Copy.class, "COPY --link=False a b").link()).isFalse();
        assertThat(problem("COPY --link=maybe a b")).isEqualTo("expecting boolean value for flag --link, not: maybe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CMD --x a", "ENTRYPOINT --x a", "ENV --x a=b", "LABEL --x a=b", "USER --x a", "WORKDIR --x a",
                "EXPOSE --x 1", "VOLUME --x a", "SHELL --x [\"a\"]", "STOPSIGNAL --x 1", "ARG --x a",
                        "MAINTAINER --x a",
                "ONBUILD --x RUN a", "FROM --x a"
            })
    void anInstructionWithoutFlagsRefusesThem(String instruction) {
        assertThat(problem(instruction)).startsWith("unknown flag: --x");
    }

    @Test
    void networkAndSecurityKnowTheirModes() {
        assertThat(problem("RUN --network=foo a")).startsWith("invalid network mode \"foo\"");
        assertThat(problem("RUN --security=foo a")).isEqualTo("security \"foo\" is not valid");
    }

    @Test
    void aVariableInFromIsRefused() {
        assertThat(problem("COPY --from=$x a b")).startsWith("variable expansion is not supported for --from");
        assertThat(problem("RUN --mount=from=$x,target=/a b"))
                .isEqualTo("'from' doesn't support variable expansion, define alias stage instead");
    }
}
