package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerfileTest {
    @Test
    void aFindingSaysWhereWhatAndWhy() {
        CheckFinding finding = Dockerfile.parse("web/Dockerfile", "FROM scratch AS Build\n")
                .check()
                .get(0);

        assertThat(finding)
                .hasToString("web/Dockerfile:1:17: StageNameCasing: stage name \"Build\" should be in lower case");
        assertThat(finding.check()).isEqualTo(BuildCheck.STAGE_NAME_CASING);
        assertThat(finding.check().explanation()).contains("without regard to case");
    }

    @Test
    void theIgnoreFileBesideItIsRead(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nCOPY secret /\n");
        assertThat(Dockerfile.parse(file).check()).isEmpty();

        Files.writeString(directory.resolve(".dockerignore"), "secret\n");
        assertThat(Dockerfile.parse(directory).check())
                .extracting(CheckFinding::check)
                .containsExactly(BuildCheck.COPY_IGNORED_FILE);

        Files.writeString(directory.resolve("Dockerfile.dockerignore"), "other\n");
        assertThat(Dockerfile.parse(file).check()).isEmpty();
    }

    @Test
    void argumentsAndPlatformAreThoseOfTheBuild() {
        Dockerfile file =
                Dockerfile.parse("Dockerfile", "ARG P=x\nFROM --platform=$P a AS arm64\nARG d\nWORKDIR ${d:-/}\n");

        assertThat(file.check()).isEmpty();
        assertThat(file.arg("d", "src").check())
                .extracting(CheckFinding::check)
                .containsExactly(BuildCheck.WORKDIR_RELATIVE_PATH);
        assertThat(Dockerfile.parse("Dockerfile", "FROM scratch\nARG TARGETARCH\nWORKDIR $TARGETARCH\n")
                        .platform("linux/arm64")
                        .check())
                .singleElement()
                .extracting(CheckFinding::message)
                .asString()
                .contains("\"arm64\"");
    }

    @Test
    void aFileMaySayThatFindingsAreErrors() {
        assertThat(Dockerfile.parse("Dockerfile", "FROM a\n").findingsAreErrors())
                .isFalse();
        assertThat(Dockerfile.parse("Dockerfile", "# check=error=true\nFROM a\n")
                        .findingsAreErrors())
                .isTrue();
    }

    @Test
    void whatIsWrongIsSaidAtOnce(@TempDir Path directory) {
        byte[] broken = "FROM a\nCOPI b c\n".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Dockerfile.parse("Dockerfile", broken))
                .isInstanceOf(DockerfileException.class)
                .hasMessageStartingWith("Dockerfile:2:1: unknown instruction: COPI (did you mean COPY?)");
        assertThatThrownBy(() -> Dockerfile.parse(directory))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("no such file: " + directory.resolve("Dockerfile"));
    }
}
