package dev.skiff.dockerfile.check;

import static dev.skiff.dockerfile.check.Checking.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildCheck;
import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Parsing;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckOptionsTest {
    private static final String TWO = "FROM scratch as a\nCMD b\n";

    @Test
    void checksAreSkippedByName() {
        assertThat(found(TWO)).containsExactly("1:14 FromAsCasing", "2:1 JSONArgsRecommended");
        assertThat(found("# check=skip=FromAsCasing\n" + TWO)).containsExactly("3:1 JSONArgsRecommended");
        assertThat(found("# check=skip= FromAsCasing , JSONArgsRecommended ; error=true\n" + TWO))
                .isEmpty();
        assertThat(found("# check=skip=all\n" + TWO)).isEmpty();
        assertThat(found("# check=skip=NoSuchCheck\n" + TWO)).hasSize(2);
    }

    @Test
    void aBuildArgumentComesBeforeTheFile() {
        var file = Parsing.parse("# check=error=true\n" + TWO);

        assertThat(Checks.options(file, Map.of()).error()).isTrue();
        assertThat(Checks.options(file, Map.of("BUILDKIT_DOCKERFILE_CHECK", "skip=all"))
                        .error())
                .isFalse();
        assertThat(Checks.options(Parsing.parse(TWO), Map.of("BUILDKIT_DOCKERFILE_CHECK", "error=1"))
                        .error())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "skp=A         | invalid check option \"skp\" (did you mean skip?)",
                "error=perhaps | invalid value of the check option error: \"perhaps\"",
                "skip          | invalid check option \"skip\""
            })
    void anOptionThatDoesNotExistIsRefused(String options, String problem) {
        assertThatThrownBy(() -> found("# check=" + options + "\n" + TWO))
                .isInstanceOf(DockerfileException.class)
                .hasMessageStartingWith("Dockerfile:1:1: " + problem);
    }

    @Test
    void everyCheckOfBuildKitIsHereByName() {
        assertThat(Arrays.stream(BuildCheck.values()).map(BuildCheck::ruleName))
                .containsExactlyInAnyOrder(
                        "StageNameCasing",
                        "FromAsCasing",
                        "NoEmptyContinuation",
                        "ConsistentInstructionCasing",
                        "DuplicateStageName",
                        "ReservedStageName",
                        "JSONArgsRecommended",
                        "MaintainerDeprecated",
                        "UndefinedArgInFrom",
                        "WorkdirRelativePath",
                        "UndefinedVar",
                        "MultipleInstructionsDisallowed",
                        "LegacyKeyValueFormat",
                        "InvalidBaseImagePlatform",
                        "RedundantTargetPlatform",
                        "SecretsUsedInArgOrEnv",
                        "InvalidDefaultArgInFrom",
                        "FromPlatformFlagConstDisallowed",
                        "CopyIgnoredFile",
                        "InvalidDefinitionDescription",
                        "ExposeProtoCasing",
                        "ExposeInvalidFormat");
        assertThat(BuildCheck.values()).allSatisfy(check -> {
            assertThat(check.explanation()).endsWith(".").doesNotContain("://");
            assertThat(check).hasToString(check.ruleName());
        });
    }
}
