package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static dev.skiff.dockerfile.Parsing.raw;
import static dev.skiff.dockerfile.Parsing.shellText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Command;
import dev.skiff.dockerfile.Instruction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON form, shell form, and which is taken when. */
class FormsTest {
    @Test
    void aJsonArrayIsTheArgumentVector() {
        assertThat(only(Instruction.Cmd.class, "CMD [ \"node\", \"server.js\" ]")
                        .command())
                .isEqualTo(new Command.Exec(List.of("node", "server.js")));
        assertThat(only(Instruction.Cmd.class, "CMD []").command()).isEqualTo(new Command.Exec(List.of()));
    }

    @Test
    void jsonEscapesAreDecoded() {
        assertThat(only(Instruction.Cmd.class, "CMD [\"\\u0041\\n\\/\\\\\\\"\",\"\\ud83d\\ude00\",\"\\ud800\"]")
                        .command())
                .isEqualTo(new Command.Exec(List.of("A\n/\\\"", "\uD83D\uDE00", "\uFFFD")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "['a']",
                "[\"a\"] # x",
                "[\"a\",]",
                "[\"a\"",
                "[a]",
                "[\"a\\x\"]",
                "[\"a\" \"b\"]",
                "[01]",
                "[",
                "[1.]",
                "[\"a\"]]",
                "[{\"a\"}]",
                "[+1]",
                "[\"\t\"]"
            })
    void whatIsNotStrictJsonIsShellForm(String text) {
        assertThat(shellText("RUN " + text)).isEqualTo(text);
        assertThat(only(Instruction.Entrypoint.class, "ENTRYPOINT " + text).command())
                .isEqualTo(new Command.Shell(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[\"a\", null]", "[[\"a\"]]", "[{\"a\": [1, -2.5e+3, true]}]", "[\"a\", {}, []]"})
    void jsonOfAnythingButStringsIsRefused(String text) {
        assertThat(problem("CMD " + text))
                .isEqualTo("when using JSON array syntax, arrays must be comprised of strings only");
    }

    @Test
    void deeplyNestedBracketsAreShellForm() {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);

        assertThat(shellText("RUN " + deep)).isEqualTo(deep);
    }

    @Test
    void anEmptyRunIsAnEmptyShellCommand() {
        assertThat(shellText("RUN")).isEmpty();
    }

    @Test
    void shellFormKeepsVariablesAndQuotes() {
        assertThat(shellText("RUN echo \"$x\"  '${y}' \\$z")).isEqualTo("echo \"$x\"  '${y}' \\$z");
    }

    @Test
    void pathsWithBlanksNeedJsonForm() {
        assertThat(raw(only(Instruction.Copy.class, "COPY [\"a b\", \"/x/\"]")
                        .files()
                        .sources()))
                .containsExactly("a b");
        assertThat(raw(only(Instruction.Copy.class, "COPY \"a b\" /x/").files().sources()))
                .containsExactly("\"a", "b\"");
    }

    @Test
    void copyAndAddNeedASourceAndADestination() {
        assertThat(problem("COPY a"))
                .isEqualTo("COPY requires at least two arguments, but only one was provided."
                        + " Destination could not be determined");
        assertThat(problem("ADD [\"a\"]")).startsWith("ADD requires at least two arguments");
        assertThat(problem("COPY")).startsWith("COPY requires at least two arguments, but none");
    }

    @Test
    void shellMustBeJson() {
        assertThat(only(Instruction.Shell.class, "SHELL [\"/bin/bash\", \"-ec\"]")
                        .argv())
                .containsExactly("/bin/bash", "-ec");
        assertThat(problem("SHELL bash -c")).startsWith("SHELL requires the arguments to be in JSON form");
        assertThat(problem("SHELL []")).isEqualTo("SHELL requires at least one argument");
        assertThat(problem("SHELL")).isEqualTo("SHELL requires at least one argument");
    }

    @Test
    void volumeTakesWordsOrJson() {
        assertThat(raw(only(Instruction.Volume.class, "VOLUME /a /b").paths())).containsExactly("/a", "/b");
        assertThat(raw(only(Instruction.Volume.class, "VOLUME [\"/a b\"]").paths()))
                .containsExactly("/a b");
        assertThat(problem("VOLUME [\" \"]")).isEqualTo("VOLUME specified can not be an empty string");
        assertThat(problem("VOLUME")).isEqualTo("VOLUME requires at least one argument");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER"})
    void someInstructionsTakeTheRestOfTheLineAsOneArgument(String name) {
        assertThat(problem(name)).isEqualTo(name + " requires exactly one argument");
        assertThat(only(Instruction.Workdir.class, "WORKDIR [\"/a\"] b  c ")
                        .path()
                        .raw())
                .isEqualTo("[\"/a\"] b  c");
    }

    @Test
    void maintainerIsTheRestOfTheLine() {
        assertThat(only(Instruction.Maintainer.class, "MAINTAINER A B <a@b>").author())
                .isEqualTo("A B <a@b>");
    }

    @Test
    void exposeNeedsAPort() {
        assertThat(raw(only(Instruction.Expose.class, "EXPOSE 80 $p/udp").ports()))
                .containsExactly("80", "$p/udp");
        assertThat(problem("EXPOSE")).isEqualTo("EXPOSE requires at least one argument");
    }

    @Test
    void fromHasOneOrThreeArguments() {
        assertThat(problem("FROM a b")).startsWith("FROM requires either one or three arguments");
        assertThat(problem("FROM a is b")).startsWith("FROM requires either one or three arguments");
        assertThat(problem("FROM")).startsWith("FROM requires either one or three arguments");
        assertThat(problem("FROM a as 1x"))
                .isEqualTo(
                        "invalid name for build stage: \"1x\"," + " name can't start with a number or contain symbols");
    }
}
