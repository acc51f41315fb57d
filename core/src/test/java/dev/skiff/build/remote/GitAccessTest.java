package dev.skiff.build.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GitAccessTest {
    private static final GitAccess LENT = new GitAccess(Optional.of(Path.of("/agent.sock")), Optional.of("hunter2"));

    @Test
    void aTokenIsForTheRepositorysOwnServerAndNotWithoutTls() {
        assertThat(LENT.environment("https://host:8443/team/a.git"))
                .containsEntry("GIT_CONFIG_KEY_0", "http.https://host:8443/.extraHeader")
                .containsEntry("GIT_CONFIG_VALUE_0", "Authorization: Basic eC1hY2Nlc3MtdG9rZW46aHVudGVyMg==");
        for (String remote : new String[] {"http://host/a.git", "git://host/a", "ssh://git@host/a"}) {
            assertThat(LENT.environment(remote)).doesNotContainKey("GIT_CONFIG_COUNT");
        }
    }

    @Test
    void theHostsOwnKeysAndAgentAreNotUsed() {
        assertThat(GitAccess.NONE.environment("ssh://git@host/a"))
                .doesNotContainKey("SSH_AUTH_SOCK")
                .hasEntrySatisfying(
                        "GIT_SSH_COMMAND",
                        command -> assertThat(command)
                                .contains("IdentityAgent=none")
                                .contains("IdentityFile=/dev/null")
                                .contains("-F /dev/null"));
        assertThat(LENT.environment("ssh://git@host/a")).containsEntry("SSH_AUTH_SOCK", "/agent.sock");
    }

    @Test
    void nothingSecretIsShown() {
        assertThat(LENT.toString()).doesNotContain("hunter2");
    }
}
