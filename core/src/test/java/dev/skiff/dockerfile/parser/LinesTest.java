package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.body;
import static dev.skiff.dockerfile.Parsing.failure;
import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.parse;
import static dev.skiff.dockerfile.Parsing.raw;
import static dev.skiff.dockerfile.Parsing.shellText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines, comments and continuations. */
class LinesTest {
    @Test
    void aByteOrderMarkIsDropped() {
        assertThat(parse("\uFEFFFROM scratch\n").stages()).hasSize(1);
        assertThat(parse("\uFEFF# escape=`\nFROM scratch\n").escape()).isEqualTo('`');
    }

    @Test
    void carriageReturnsBeforeLineFeedsAreDropped() {
        assertThat(shellText("RUN a \\\r\n  b\r\n")).isEqualTo("a   b");
        assertThat(raw(only(Instruction.Copy.class, "COPY a b\r\n").files().sources()))
                .containsExactly("a");
    }

    @Test
    void aCommentLineIsNoInstruction() {
        assertThat(body("# RUN a\n   \t# RUN b\nRUN c # not a comment\n"))
                .singleElement()
                .extracting(Instruction::text)
                .isEqualTo("RUN c # not a comment");
    }

    @Test
    void commentsInsideAContinuationAreRemovedAndDoNotEndIt() {
        assertThat(shellText("RUN a \\\n# one\n  # two \\\n  && b\n")).isEqualTo("a   && b");
    }

    @Test
    void blankLinesInsideAContinuationDoNotEndIt() {
        assertThat(shellText("RUN a \\\n\n  \t\n&& b\n")).isEqualTo("a && b");
    }

    @Test
    void leadingBlanksOfAContinuedLineStay() {
        assertThat(shellText("  RUN a \\\n  b\n")).isEqualTo("a   b");
    }

    @Test
    void blanksMayFollowTheContinuationCharacter() {
        assertThat(shellText("RUN a \\ \t \n b\n")).isEqualTo("a  b");
    }

    @Test
    void aDoubledEscapeAtTheEndDoesNotContinue() {
        assertThat(body("ENV a=b\\\\\nENV c=d\n")).hasSize(2);
    }

    @Test
    void aContinuationAtTheEndOfTheFileIsFine() {
        assertThat(shellText("RUN a \\")).isEqualTo("a");
        assertThat(shellText("RUN a \\\n# comment\n")).isEqualTo("a");
    }

    @Test
    void aLineThatIsOnlyAnEscapeContinues() {
        assertThat(shellText("\\\nRUN a\n")).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run a", "Run a", "RUN a", "rUn a"})
    void namesOfInstructionsHaveNoCase(String text) {
        assertThat(only(Instruction.Run.class, text).keyword()).isEqualTo("RUN");
    }

    @Test
    void anInstructionKnowsItsFirstAndLastLineAndItsColumn() {
        Span run = only(Instruction.Run.class, "# x\n  RUN a \\\n\n# y\n  b\n# z\n")
                .span();

        assertThat(run.startLine()).isEqualTo(3);
        assertThat(run.endLine()).isEqualTo(6);
        assertThat(run.column()).isEqualTo(3);
        assertThat(run.text()).isEqualTo("RUN a \\\n\n# y\n  b");
    }

    @Test
    void aHeredocBelongsToItsInstructionsLines() {
        Span run = only(Instruction.Run.class, "RUN <<EOF\na\nEOF\n").span();

        assertThat(run.startLine()).isEqualTo(2);
        assertThat(run.endLine()).isEqualTo(4);
        assertThat(run.text()).isEqualTo("RUN <<EOF\na\nEOF");
    }

    @Test
    void aWordOnAContinuedLineKnowsItsOwnPlace() {
        Instruction.Copy copy = only(Instruction.Copy.class, "COPY --chown=1 a \\\n   b \\\n /to/\n");

        assertThat(copy.chown().orElseThrow().position()).hasToString("Dockerfile:2:14");
        assertThat(copy.files().sources().get(0).position()).hasToString("Dockerfile:2:16");
        assertThat(copy.files().sources().get(1).position()).hasToString("Dockerfile:3:4");
        assertThat(copy.files().destination().position()).hasToString("Dockerfile:4:2");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThat(failure("").problem()).isEqualTo("the Dockerfile cannot be empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"# only\n# comments\n", "\n\n", "\uFEFF", "   "})
    void aFileWithoutInstructionsIsRefused(String text) {
        assertThat(failure(text).problem()).isEqualTo("file with no instructions");
    }

    @Test
    void aFileWithoutFromIsRefused() {
        assertThat(failure("ARG a\n").problem()).startsWith("dockerfile contains no stages to build");
    }

    @Test
    void onlyArgMayStandBeforeTheFirstFrom() {
        var thrown = failure("ARG a\nRUN b\nFROM scratch\n");

        assertThat(thrown.problem()).startsWith("no build stage in current context");
        assertThat(thrown.line()).isEqualTo(2);
    }

    @Test
    void globalArgsAreKeptApartFromStages() {
        var file = parse("ARG a=1\nARG b\nFROM x AS One\nARG c\nFROM y\n");

        assertThat(file.globalArgs()).hasSize(2);
        assertThat(file.stages()).hasSize(2);
        assertThat(file.stages().get(0).name()).contains("one");
        assertThat(file.stages().get(0).instructions()).hasSize(1);
        assertThat(file.stages().get(1).label()).isEqualTo("1");
    }

    @Test
    void anUnknownInstructionSuggestsTheNearest() {
        assertThat(failure("FOO a\n").problem()).isEqualTo("unknown instruction: FOO (did you mean FROM?)");
        assertThat(failure("FROM a\ncopi b c\n").problem()).isEqualTo("unknown instruction: copi (did you mean COPY?)");
        assertThat(failure("FROM a\nBANANA b\n").problem()).isEqualTo("unknown instruction: BANANA");
    }

    @Test
    void bytesThatAreNotUtf8ArriveInTheCommand() {
        byte[] bytes = {'F', 'R', 'O', 'M', ' ', 'x', '\n', 'R', 'U', 'N', ' ', (byte) 0xE9, '\n'};

        var file = DockerfileParser.parse("Dockerfile", bytes);

        var run = (Instruction.Run) file.stages().get(0).instructions().get(0);
        assertThat(run.command()).hasToString("Shell[text=\uDCE9]");
        assertThat(file.print()).isEqualTo(bytes);
    }
}
