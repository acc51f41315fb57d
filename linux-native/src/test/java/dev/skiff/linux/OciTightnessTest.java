package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Process;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is created, started and joined by separate operations is held in as tightly as what is supervised. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciTightnessTest extends OciFixture {
    private static final String SELF =
            "exec >> /seen; ls /proc/self/fd | tr '\\n' ' '; readlink /proc/$$/exe; getty=$(cat /dev/tty 2>&1)"
                    + " && echo terminal; grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp|Groups|SigIgn|SigBlk):'"
                    + " /proc/self/status | tr -d '\\t '; ulimit -n; umask; env | grep -v -E '^(PWD|SHLVL|OLDPWD|HOME)='";

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

    private static final int KEYCTL_GET_KEYRING_ID = 0;
    private static final int SESSION_KEYRING = -3;

    /** Of the host, of what is created, and of what joins that. */
    private List<String> keyrings(CreateOptions options) throws Exception {
        List<String> question = Probe.command(Probe.call("keyctl", KEYCTL_GET_KEYRING_ID, SESSION_KEYRING, 0));
        Path probe = bundle.resolve("rootfs" + Probe.PATH);
        if (!Files.exists(probe)) {
            try (TestContainers containers = new TestContainers(Files.createTempDirectory("skiff-oci-keys"))) {
                new Probe(containers);
                Files.copy(containers.root().resolve(Probe.PATH.substring(1)), probe);
            }
        }
        List<String> here = new ArrayList<>(question);
        here.set(0, probe.toString());
        String hosts =
                new String(new ProcessBuilder(here).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeFalse(hosts.startsWith("-38"), "this kernel has no keyrings");
        Process asking = defaults.process()
                .orElseThrow()
                .withArgs(List.of("/bin/sh", "-c", String.join(" ", question) + " > /first; exec sleep 1000"));
        write(defaults.withProcess(asking)
                .withLinux(defaults.linux().orElseThrow().withoutSeccomp()));
        runtime.create(ID, bundle, OciStreams.inherited(), options);
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/first"), "\n"));
        Process joining = asking.withArgs(List.of("/bin/sh", "-c", String.join(" ", question) + " > /second"));
        assertThat(runtime.exec(ID, joining, OciStreams.inherited()).value()).isZero();
        List<String> all = List.of(hosts, inRoot("first"), inRoot("second"));
        runtime.delete(ID, true);
        Files.delete(bundle.resolve("rootfs/first"));
        return all;
    }

    /** SECURITY A2 7: keys of the user who runs the JVM are not the container's, unless it says so. */
    @Test
    void theSessionKeyringIsOnesOwnUnlessTheCallersIsAskedFor() throws Exception {
        assertThat(keyrings(CreateOptions.standard())).doesNotHaveDuplicates().noneMatch(each -> each.startsWith("-"));
        List<String> shared = keyrings(CreateOptions.standard().withCallersKeyring());
        assertThat(shared).containsOnly(shared.get(0));
    }
}
