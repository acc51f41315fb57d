package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.body;
import static dev.skiff.dockerfile.Parsing.failure;
import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static dev.skiff.dockerfile.Parsing.raw;
import static dev.skiff.dockerfile.Parsing.shellText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.RunScript;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeredocTest {
    private static final List<String> SHELL = List.of("sh", "-c");

    @Test
    void nothingInABodyIsACommentOrAContinuationOrAnInstruction() {
        Heredoc heredoc = heredoc("RUN <<EOF\n# a\n\nFROM b \\\nEOF\n");

        assertThat(heredoc.body().raw()).isEqualTo("# a\n\nFROM b \\\n");
        assertThat(heredoc.body().position()).hasToString("Dockerfile:3:1");
    }

    @Test
    void theTerminatorMustMatchExactly() {
        assertThat(heredoc("RUN <<EOF\nEOF \n EOF\nEOFX\nEOF\n").body().raw()).isEqualTo("EOF \n EOF\nEOFX\n");
    }

    @Test
    void aTerminatorEndsTheInstruction() {
        assertThat(body("RUN <<EOF\na\nEOF\nRUN b\n")).hasSize(2);
        assertThat(heredoc("RUN <<EOF\r\na\r\nEOF\r\n").body().raw()).isEqualTo("a\r\n");
    }

    @Test
    void withADashLeadingTabsButNotSpacesAreStripped() {
        Heredoc heredoc = heredoc("RUN <<-EOF\n\t\ta\n\t b\n  \tc\n\tEOF\n");

        assertThat(heredoc.chomp()).isTrue();
        assertThat(heredoc.content().raw()).isEqualTo("a\n b\n  \tc\n");
        assertThat(heredoc.body().raw()).isEqualTo("\t\ta\n\t b\n  \tc\n");
    }

    @Test
    void severalOnALineAreReadInOrder() {
        Instruction.Copy copy = only(Instruction.Copy.class, "COPY <<a.txt x <<b.txt /d/\n1\na.txt\n2\nb.txt\n");

        assertThat(copy.files().heredocs())
                .extracting(heredoc -> heredoc.name() + ":" + heredoc.body().raw())
                .containsExactly("a.txt:1\n", "b.txt:2\n");
        assertThat(raw(copy.files().sources())).containsExactly("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<<'EOF'", "<<\"EOF\"", "<<E'O'F", "<<E\\OF"})
    void anyQuotingOfTheDelimiterSwitchesExpansionOff(String start) {
        Heredoc heredoc = heredoc("RUN cat " + start + "\na\nEOF\n");

        assertThat(heredoc.name()).isEqualTo("EOF");
        assertThat(heredoc.expand()).isFalse();
        assertThat(heredoc("RUN cat <<EOF\nEOF\n").expand()).isTrue();
    }

    @Test
    void aQuotedDelimiterMayHaveBlanks() {
        assertThat(heredoc("RUN cat <<\"E O F\"\na\nE O F\n").body().raw()).isEqualTo("a\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cat <<<EOF", "cat \"<<EOF\"", "cat '<<EOF'", "cat <<- EOF", "echo 1<<2<<3", "echo it's <<EOF"})
    void someThingsOnlyLookLikeHeredocs(String text) {
        assertThat(only(Instruction.Run.class, "RUN " + text).heredocs()).isEmpty();
    }

    @Test
    void aFileDescriptorMayStandBefore() {
        assertThat(heredoc("RUN cat 3<<EOF\nEOF\n").name()).isEqualTo("EOF");
    }

    @Test
    void jsonFormHasNoHeredocs() {
        assertThat(only(Instruction.Run.class, "RUN [\"<<EOF\"]").heredocs()).isEmpty();
        assertThat(only(Instruction.Copy.class, "COPY [\"<<EOF\", \"/x\"]")
                        .files()
                        .heredocs())
                .isEmpty();
    }

    @Test
    void otherInstructionsHaveNone() {
        assertThat(body("CMD cat <<EOF\nENV a=<<EOF\n")).hasSize(2);
    }

    @Test
    void aMissingTerminatorIsAnErrorAtTheInstruction() {
        var thrown = failure("FROM a\nRUN b\nRUN <<EOF\nx\n");

        assertThat(thrown.problem()).startsWith("unterminated heredoc");
        assertThat(thrown.line()).isEqualTo(3);
    }

    @Test
    void aHeredocIsNoDestination() {
        assertThat(problem("COPY a <<EOF\nEOF\n")).isEqualTo("COPY cannot accept a heredoc as a destination");
        assertThat(problem("ADD a <<EOF\nEOF\n")).isEqualTo("ADD cannot accept a heredoc as a destination");
    }

    @Test
    void aRunThatIsNothingButAHeredocIsThatScript() {
        assertThat(script("RUN <<EOF\na\nb\nEOF\n")).isEqualTo(new RunScript(List.of("sh", "-c", "a\nb\n"), none()));
        assertThat(script("RUN --network=none <<-'E F'\n\ta\n\tE F\n").argv()).containsExactly("sh", "-c", "a\n");
    }

    @Test
    void blanksMayComeBeforeTheDelimiterOfARun() {
        assertThat(script("RUN <<  EOF\na\nEOF\n").argv()).containsExactly("sh", "-c", "a\n");
        assertThat(script("RUN cat << 'EOF' >x\n1\nEOF\n").argv())
                .containsExactly("sh", "-c", "cat << 'EOF' >x\n1\nEOF");
    }

    @Test
    void aBodyWithAShebangIsRunAsAFile() {
        RunScript script = script("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n");

        assertThat(script.argv()).containsExactly("sh", "-c", "/dev/pipes/EOF");
        assertThat(script.file()).contains(new RunScript.File("/dev/pipes/EOF", "#!/usr/bin/env python3\nprint(1)\n"));
    }

    @Test
    void aCommandWithAHeredocGoesToTheShellAsItStands() {
        assertThat(script("RUN <<EOF python3\nprint(1)\nEOF\n").argv())
                .containsExactly("sh", "-c", "<<EOF python3\nprint(1)\nEOF");
        assertThat(script("RUN cat <<A >x && cat <<-B\n1\nA\n\t2\n\tB\n").argv())
                .containsExactly("sh", "-c", "cat <<A >x && cat <<-B\n1\nA\n\t2\nB");
    }

    @Test
    void withoutHeredocTheCommandIsWhatItIs() {
        assertThat(script("RUN a b").argv()).containsExactly("sh", "-c", "a b");
        assertThat(script("RUN [\"a\", \"b\"]").argv()).containsExactly("a", "b");
    }

    @Test
    void shellTextDoesNotContainTheBody() {
        assertThat(shellText("RUN cat <<EOF\na\nEOF\n")).isEqualTo("cat <<EOF");
    }

    private static Heredoc heredoc(String run) {
        return only(Instruction.Run.class, run).heredocs().get(0);
    }

    private static RunScript script(String run) {
        return RunScript.of(only(Instruction.Run.class, run), SHELL);
    }

    private static Optional<RunScript.File> none() {
        return Optional.empty();
    }
}
