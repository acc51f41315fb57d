package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.oci.image.ContainerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    private static List<String> of(List<String> image, Map<String, String> asked) {
        return Environment.of(ContainerConfig.empty().withEnv(image), asked, Optional.of("c0ffee"), "/home/me");
    }

    /** CVE-2021-3602, CVE-2020-14370: a container is told nothing of the process that starts it. */
    @Test
    void cve20213602NothingOfTheHostIsInIt() {
        assertThat(of(List.of(), Map.of()))
                .containsExactly(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOSTNAME=c0ffee",
                        "HOME=/home/me");
    }

    @Test
    void theCallerWinsOverTheImageAndBothOverTheDefaults() {
        assertThat(of(List.of("PATH=/image", "HOME=/image", "A=1", "A=2"), Map.of("PATH", "/asked")))
                .containsExactly("PATH=/asked", "HOME=/image", "A=2", "HOSTNAME=c0ffee");
    }

    @Test
    void anEmptyHomeIsNoHome() {
        assertThat(of(List.of("HOME="), Map.of())).contains("HOME=/home/me");
    }

    @Test
    void whatIsNoVariableIsLeftOut() {
        assertThat(of(List.of("NOTHING", "=x", "B="), Map.of()))
                .doesNotContain("NOTHING", "=x")
                .contains("B=");
    }
}
