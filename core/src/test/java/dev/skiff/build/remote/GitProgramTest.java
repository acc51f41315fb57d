package dev.skiff.build.remote;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.FetchException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitProgramTest {
    @Test
    void whereGitIsMissingTheMessageSaysSo(@TempDir Path home) {
        GitProgram git =
                new GitProgram("git-that-nobody-has", Map.of(), home, "https://host/a.git", "Dockerfile:2:5: ADD x");

        assertThatThrownBy(() -> git.run(home, List.of("version")))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("Dockerfile:2:5: ADD x: the program git cannot be run")
                .hasMessageContaining("is it installed?");
    }
}
