package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.failure;
import static dev.skiff.dockerfile.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Directive;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectivesTest {
    @Test
    void directivesAtTheTopAreRecorded() {
        Dockerfile file = parse("# syntax=docker/dockerfile:1\n#Check = skip=A,B;error=true \nFROM a\n");

        assertThat(file.directive("syntax")).map(Directive::value).contains("docker/dockerfile:1");
        assertThat(file.directive("check")).map(Directive::value).contains("skip=A,B;error=true");
        assertThat(file.directive("check").orElseThrow().span().startLine()).isEqualTo(2);
        assertThat(file.escape()).isEqualTo('\\');
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "# a comment\n", "# unknown=x\n", "FROM b\n"})
    void theFirstLineThatIsNoKnownDirectiveEndsThem(String line) {
        Dockerfile file = parse(line + "# escape=`\nFROM a\n");

        assertThat(file.directives()).isEmpty();
        assertThat(file.escape()).isEqualTo('\\');
    }

    @Test
    void withABacktickAsEscapeItContinuesLinesAndABackslashIsText() {
        Dockerfile file = parse("# escape=`\nFROM a\nRUN one `\n two\nRUN c:\\\nRUN three\n");

        assertThat(file.escape()).isEqualTo('`');
        assertThat(file.stages().get(0).instructions())
                .extracting(Instruction::text)
                .containsExactly("RUN one `\n two", "RUN c:\\", "RUN three");
    }

    @Test
    void aRepeatedDirectiveIsRefused() {
        assertThat(failure("# escape=`\n# escape=\\\nFROM a\n").problem())
                .isEqualTo("only one escape parser directive can be used");
    }

    @Test
    void anotherEscapeCharacterIsRefused() {
        assertThat(failure("# escape=x\nFROM a\n").problem())
                .isEqualTo("invalid escape token 'x' does not match ` or \\");
    }
}
