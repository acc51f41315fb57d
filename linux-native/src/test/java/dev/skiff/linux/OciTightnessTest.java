package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Process;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is created, started and joined by separate operations is held in as tightly as what is supervised. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciTightnessTest extends OciFixture {
    private static final String SELF =
            "exec >> /seen; ls /proc/self/fd | tr '\\n' ' '; readlink /proc/$$/exe; getty=$(cat /dev/tty 2>&1)"
                    + " && echo terminal; grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp|Groups|SigIgn|SigBlk):'"
                    + " /proc/self/status | tr -d '\\t '; ulimit -n; umask; env | grep -v -E '^(PWD|SHLVL|OLDPWD)='";

    /** SECURITY A1 2, 12, 13, 21, A3: what has no supervisor is held in as tightly, from its creation and when it is joined. */
    @Test
    void whatIsCreatedAndWhatJoinsItIsAsTightAsWhatIsSupervised() throws Exception {
        String supervised;
        try (TestContainers containers = new TestContainers(Files.createTempDirectory("skiff-oci-tight"))) {
            supervised = containers
                    .run(SELF.replace("exec >> /seen; ", "") + "; true")
                    .stdout();
        }
        assertThat(supervised)
                .startsWith("0 1 2 3 ")
                .contains("/bin/busybox\n", "CapInh:0000000000000000", "CapBnd:00000000800405fb", "Seccomp:2");
        create(SELF + "; exec sleep 1000");
        runtime.start(ID);
        await(() -> Files.exists(bundle.resolve("rootfs/seen"))
                && lines("seen") == supervised.lines().count());
        assertThat(inRoot("seen")).isEqualTo(supervised);
        Files.delete(bundle.resolve("rootfs/seen"));
        Process joining = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", SELF + "; true"));
        assertThat(runtime.exec(ID, joining, OciStreams.inherited()).value()).isZero();
        assertThat(inRoot("seen")).isEqualTo(supervised);
    }

    private long lines(String file) {
        try {
            return inRoot(file).lines().count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** CVE-2024-21626: descriptors of the state directory and of the gate are open while a container waits to be started. */
    @Test
    void aWorkingDirectoryBehindADescriptorIsRefusedByCreateStartAndExec() throws Exception {
        for (int number = 0; number < 24; number++) {
            String cwd = "/proc/self/fd/" + number;
            assertThatThrownBy(() -> {
                        create(
                                "pwd",
                                spec -> spec.withProcess(
                                        spec.process().orElseThrow().withCwd(cwd)));
                        runtime.start(ID);
                    })
                    .as(cwd)
                    .hasMessageContaining(cwd);
            runtime.delete(ID, true);
        }
        create("sleep 1000");
        runtime.start(ID);
        for (int number = 0; number < 24; number++) {
            Process process = defaults.process().orElseThrow().withCwd("/proc/self/fd/" + number);
            assertThatThrownBy(() ->
                            runtime.exec(ID, process.withArgs(List.of("/bin/sh", "-c", "pwd")), OciStreams.inherited()))
                    .hasMessageContaining("/proc/self/fd/");
        }
    }
}
