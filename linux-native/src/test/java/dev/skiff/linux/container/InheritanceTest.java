package dev.skiff.linux.container;

import static dev.skiff.linux.testing.Probe.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a JVM hands down to a child without being asked, and a container must not get (DESIGN.md, SECURITY.md A3). */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class InheritanceTest {
    private static final int KEYCTL_GET_KEYRING_ID = 0;
    private static final int SESSION_KEYRING = -3;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-inheritance"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private Result run(List<String> command, UnaryOperator<Process> change) throws Exception {
        Spec spec = containers.spec("");
        return containers.run(
                spec.withProcess(change.apply(spec.process().orElseThrow().withArgs(command))));
    }

    @Test
    void noSignalIsBlockedIgnoredOrHandled() throws Exception {
        Result status = run(List.of("cat", "/proc/self/status"), UnaryOperator.identity());
        for (String set : List.of("SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd")) {
            assertThat(status.value(set)).as(set).isEqualTo("0000000000000000");
        }
    }

    @Test
    void theEnvironmentIsWhatTheSpecificationSaysToTheByte() throws Exception {
        Result environment = run(
                List.of("cat", "/proc/self/environ"), process -> process.withEnv(List.of("B=2", "A=1=1", "EMPTY=")));
        assertThat(environment.stdout()).isEqualTo("B=2\0A=1=1\0EMPTY=\0");
    }

    @Test
    void limitsAreThoseOfTheSpecification() throws Exception {
        Result limits = run(
                List.of("sh", "-c", "ulimit -Sn; ulimit -Hn; ulimit -Sc"),
                process -> process.withRlimits(List.of(
                        Rlimit.of(RlimitType.RLIMIT_NOFILE, 100, 200), Rlimit.of(RlimitType.RLIMIT_CORE, 0, 0))));
        assertThat(limits.lines()).containsExactly("100", "200", "0");
    }

    @Test
    void itIsTheLeaderOfASessionOfItsOwnWithNoTerminal() throws Exception {
        // pid, state, parent, process group, session, terminal: proc_pid_stat(5)
        Result stat = run(List.of("cut", "-d", " ", "-f", "1,4,5,6,7", "/proc/self/stat"), UnaryOperator.identity());
        assertThat(stat.stdout()).isEqualTo("1 0 1 1 0\n");
    }

    /** Keys of the user who runs the JVM, such as those of network file systems, are the host's. */
    @Test
    void theSessionKeyringIsNeitherTheHostsNorAnotherContainers() throws Exception {
        Probe probe = new Probe(containers);
        Probe.Step question = call("keyctl", KEYCTL_GET_KEYRING_ID, SESSION_KEYRING, 0);
        Spec spec = containers.spec("");
        Spec unfiltered =
                spec.withLinux(spec.linux().orElseThrow().withSeccomp(Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)));
        String first = probe.run(unfiltered, question).get(0);
        String second = probe.run(unfiltered, question).get(0);
        List<String> here = new ArrayList<>(Probe.command(question));
        here.set(0, containers.root().resolve(Probe.PATH.substring(1)).toString());
        String hosts = new String(
                        new ProcessBuilder(here).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .trim();
        Assumptions.assumeFalse(hosts.equals("-38"), "this kernel has no keyrings");
        assertThat(first).doesNotStartWith("-").isNotEqualTo(hosts).isNotEqualTo(second);
        assertThat(second).doesNotStartWith("-").isNotEqualTo(hosts);
    }

    /** A service that the kernel is told to spare does not make containers that it spares. */
    @KernelTest(programs = BusyboxRoot.BUSYBOX, root = true)
    @Test
    void theProtectionOfTheJvmAgainstWantOfMemoryIsItsOwn() throws Exception {
        Path own = Path.of("/proc/self/oom_score_adj");
        String before = Files.readString(own);
        try {
            Files.writeString(own, "-500");
        } catch (IOException e) {
            Assumptions.abort("root of this host may not spare a process: " + e.getMessage());
        }
        try (TestContainers spared = new TestContainers(Files.createTempDirectory("skiff-spared"))) {
            assertThat(spared.run("cat /proc/self/oom_score_adj").stdout()).isEqualTo("0\n");
        } finally {
            Files.writeString(own, before);
        }
    }
}
