package dev.skiff.dockerfile.check;

import static dev.skiff.dockerfile.check.Checking.findings;
import static dev.skiff.dockerfile.check.Checking.found;
import static dev.skiff.dockerfile.check.Checking.inShort;
import static dev.skiff.dockerfile.check.Checking.messages;
import static dev.skiff.dockerfile.check.Checking.withIgnored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Parsing;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that go through a stage with its variables. */
class StageChecksTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY $foo .",
                "COPY a $foo",
                "COPY --chown=$foo a b",
                "COPY --chmod=$foo a b",
                "ADD $foo .",
                "ADD --checksum=$foo a .",
                "ENV a=$foo",
                "ENV $foo=a",
                "LABEL a=$foo",
                "LABEL $foo=a",
                "EXPOSE $foo",
                "VOLUME $foo",
                "VOLUME [\"$foo\"]",
                "USER $foo",
                "WORKDIR /$foo",
                "STOPSIGNAL $foo",
                "ARG a=$foo",
                "RUN --mount=target=$foo a",
                "COPY <<E /a\n$foo\nE",
                "COPY a ${foo}",
                "COPY a ${foo%x}",
                "COPY a \"$foo\""
            })
    void aVariableIsDefinedWhereverVariablesArePutIn(String instruction) {
        String file = "FROM alpine AS base\nARG before\nENV b=$before\n" + instruction + "\n";

        assertThat(findings(file)).singleElement().satisfies(finding -> {
            assertThat(finding.check()).hasToString("UndefinedVar");
            assertThat(finding.message()).contains("$foo");
            assertThat(finding.line()).isGreaterThanOrEqualTo(4);
        });
        assertThat(found(file.replace("before", "foo"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN echo $foo",
                "CMD [\"$foo\"]",
                "ENTRYPOINT [\"$foo\"]",
                "SHELL [\"$foo\"]",
                "HEALTHCHECK CMD $foo",
                "ONBUILD COPY $foo .",
                "RUN <<E\n$foo\nE",
                "COPY <<'E' /a\n$foo\nE",
                "COPY --exclude=$foo a b",
                "COPY '$foo' b",
                "COPY \\$foo b"
            })
    void whereNoVariablesArePutInNoneNeedsToBeDefined(String instruction) {
        assertThat(found("FROM alpine\n" + instruction + "\n")).isEmpty();
    }

    @Test
    void aMistypedVariableSuggestsTheNearest() {
        assertThat(messages("FROM alpine\nENV PATH=$PAHT:/app/bin\n"))
                .containsExactly("variable \"$PAHT\" is not defined (did you mean PATH?)");
        assertThat(messages("FROM alpine\nARG DIR_ASSETS=a\nCOPY $DIR_ASSET .\n"))
                .containsExactly("variable \"$DIR_ASSET\" is not defined (did you mean DIR_ASSETS?)");
    }

    @Test
    void anArgumentIsDefinedFromItsDeclarationOnWithOrWithoutValue() {
        assertThat(found("FROM alpine\nCOPY $foo .\nARG foo\nCOPY $foo .\n")).containsExactly("2:6 UndefinedVar");
    }

    @Test
    void anInstructionSeesWhatWasSetBeforeIt() {
        assertThat(found("FROM alpine\nENV a=1 b=$a\n")).containsExactly("2:11 UndefinedVar");
        assertThat(found("FROM alpine\nARG a=1 b=$a c=$d\n"))
                .as("but the arguments of one ARG see each other")
                .containsExactly("2:16 UndefinedVar");
    }

    @Test
    void aGlobalArgumentIsUndefinedInAStageUntilDeclaredAgain() {
        assertThat(found("ARG V=1\nFROM alpine\nLABEL v=$V\nARG V\nLABEL v=$V\n"))
                .containsExactly("3:9 UndefinedVar");
    }

    @Test
    void aStageInheritsOnlyFromTheStageItIsBasedOn() {
        assertThat(found("""
                FROM alpine AS a
                ARG x=1
                ENV y=1
                FROM A AS b
                LABEL l=$x$y
                FROM alpine
                LABEL l=$x$y
                """)).containsExactly("7:9 UndefinedVar", "7:9 UndefinedVar");
    }

    @Test
    void theVariablesOfAKnownBaseImageAreDefined() {
        CheckInput.Base python =
                new CheckInput.Base(Map.of("PYTHON_VERSION", "3"), true, Platform.of("linux", "amd64"));
        String file = "FROM python AS base\nARG V=$PYTHON_VERSION\nCMD a\n";

        assertThat(found(file)).containsExactly("2:7 UndefinedVar", "3:1 JSONArgsRecommended");
        assertThat(onBase(file, python)).isEmpty();
    }

    @Test
    void aBaseImageOfAnotherPlatformIsFound() {
        CheckInput.Base arm = new CheckInput.Base(Map.of(), false, Platform.of("linux", "arm64"));

        assertThat(onBase("FROM alpine\n", arm)).containsExactly("1:6 InvalidBaseImagePlatform");
        assertThat(onBase("ARG P=arm64\nFROM --platform=linux/$P alpine\n", arm))
                .isEmpty();
    }

    @Test
    void shellFormsAreFoundUnlessTheShellIsSaid() {
        assertThat(found("FROM scratch\nENTRYPOINT a\nCMD b\n"))
                .containsExactly("2:1 JSONArgsRecommended", "3:1 JSONArgsRecommended");
        assertThat(found("FROM scratch AS a\nSHELL [\"/bin/bash\", \"-c\"]\nCMD b\nFROM a\nCMD c\n"))
                .isEmpty();
    }

    @Test
    void theFirstWorkdirIsAbsolute() {
        assertThat(found("FROM scratch\nWORKDIR usr\nWORKDIR src\n")).containsExactly("2:9 WorkdirRelativePath");
        assertThat(found("FROM scratch AS a\nWORKDIR /usr\nWORKDIR src\nFROM a\nWORKDIR b\n"))
                .isEmpty();
        assertThat(found("FROM scratch\nARG d=/x\nWORKDIR $d\n")).isEmpty();
        assertThat(found("# escape=`\nFROM windows\nWORKDIR C:\\app\n")).isEmpty();
    }

    @Test
    void secretsAreNeitherArgumentsNorEnvironment() {
        assertThat(found("FROM scratch\nARG API_TOKEN\nENV password=x apikey= MY_SECRET_NAME=y\n"))
                .containsExactly(
                        "2:5 SecretsUsedInArgOrEnv",
                        "3:5 SecretsUsedInArgOrEnv",
                        "3:16 SecretsUsedInArgOrEnv",
                        "3:24 SecretsUsedInArgOrEnv");
        assertThat(found("FROM scratch\nENV PUBLIC_KEY=a TOKEN_FILE=b KEYBOARD=c MONKEY=d TOKENS=e KEY_VERSION=f\n"))
                .isEmpty();
    }

    @Test
    void portsAreOfTheContainerAndProtocolsInLowerCase() {
        assertThat(found("FROM scratch\nEXPOSE 80/TCP 81/Udp 82/tcp 127.0.0.1:80:80 5000:5000 [::1]:80:80\n"))
                .containsExactly(
                        "2:8 ExposeProtoCasing",
                        "2:15 ExposeProtoCasing",
                        "2:29 ExposeInvalidFormat",
                        "2:45 ExposeInvalidFormat",
                        "2:55 ExposeInvalidFormat");
        assertThat(found("FROM scratch\nARG P=\"80 81/TCP\"\nEXPOSE $P\n")).containsExactly("3:8 ExposeProtoCasing");
    }

    @Test
    void whatTheContextLeavesOutCannotBeCopied() {
        String file = """
                FROM scratch
                COPY tmp/a /x
                ADD ./tmp/b /x
                COPY --from=0 tmp/c /x
                ADD http://a/tmp/d /x
                COPY a <<tmp/e /x
                tmp/e
                """;

        assertThat(inShort(withIgnored(file, "tmp\n"))).containsExactly("2:6 CopyIgnoredFile", "3:5 CopyIgnoredFile");
        assertThat(withIgnored(file, "tmp\n!tmp/a\n")).isEmpty();
        assertThat(inShort(withIgnored("FROM scratch\nCOPY . /x\n", "*\n"))).containsExactly("2:6 CopyIgnoredFile");
    }

    @Test
    void aWordThatCannotBeExpandedIsLeftToTheBuild() {
        assertThat(found("FROM scratch\nARG a\nENV b=${a:?needed} c='x\nCOPY a \"b\n"))
                .isEmpty();
    }

    private static List<String> onBase(String file, CheckInput.Base base) {
        CheckInput input = new CheckInput(
                Map.of(),
                Platform.of("linux", "amd64"),
                IgnoreRules.NONE,
                (at, reference, wanted) -> Optional.of(base),
                stage -> true);
        return inShort(Checks.of(Parsing.parse(file), input));
    }
}
