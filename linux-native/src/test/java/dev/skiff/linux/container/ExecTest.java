package dev.skiff.linux.container;

import static dev.skiff.linux.testing.Probe.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.ExecException;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.CpuAffinity;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that joins a running container is as bound as the one that it was started with. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(60)
class ExecTest {
    private static final int SECONDS = 30;

    private TestContainers containers;
    private LinuxContainer container;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-exec"));
        start("while :; do sleep 1; done");
    }

    private void start(String script) throws Exception {
        container = containers.host.start(containers.request(containers.spec(script), List.of()));
        container.started().get(SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        container.close();
        containers.close();
    }

    private record Said(ContainerExit exit, String stdout, String stderr) {
        String value(String key) {
            return stdout.lines()
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.substring(key.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }
    }

    /** The container's own rights and limits, for another command. */
    private Process process(String... command) {
        return containers.spec("").process().orElseThrow().withArgs(List.of(command));
    }

    private Said run(String script) throws Exception {
        return run(process("/bin/sh", "-c", script));
    }

    private Said run(Process process) throws Exception {
        try (LinuxExec exec = container.exec(process)) {
            try {
                exec.started().get(SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
            exec.stdin().close();
            return new Said(exec.exited().get(SECONDS, TimeUnit.SECONDS), text(exec.stdout()), text(exec.stderr()));
        }
    }

    private static String text(InputStream from) throws IOException {
        return new String(from.readAllBytes(), StandardCharsets.UTF_8);
    }

    private Said run(UnaryOperator<Process> change, String script) throws Exception {
        return run(change.apply(process("/bin/sh", "-c", script)));
    }

    @Test
    void itsStreamsAndItsExitStatusComeBack() throws Exception {
        try (LinuxExec exec = container.exec(process("/bin/sh", "-c", "cat; echo problem >&2; exit 3"))) {
            exec.stdin().write("hello".getBytes(StandardCharsets.UTF_8));
            exec.stdin().close();
            assertThat(text(exec.stdout())).isEqualTo("hello");
            assertThat(text(exec.stderr())).isEqualTo("problem\n");
            assertThat(exec.exited().get(SECONDS, TimeUnit.SECONDS)).isEqualTo(new ContainerExit(false, 3));
        }
    }

    @Test
    void itIsInEachOfTheContainersNamespaces() throws Exception {
        List<String> joined = run("for n in cgroup ipc mnt net pid user uts; do readlink /proc/self/ns/$n; done")
                .stdout()
                .lines()
                .toList();
        assertThat(joined).hasSize(7);
        String first = "/proc/" + container.started().join() + "/ns/";
        for (String namespace : joined) {
            String name = namespace.substring(0, namespace.indexOf(':'));
            assertThat(Files.readSymbolicLink(Path.of(first + name)).toString()).isEqualTo(namespace);
        }
    }

    @Test
    void itIsInTheContainersControlGroups() throws Exception {
        assertThat(run("cat /proc/self/cgroup").stdout())
                .isEqualTo(run("cat /proc/1/cgroup").stdout())
                .isNotEmpty();
        try (LinuxExec exec = container.exec(process("/bin/sleep", "100"))) {
            long pid = exec.started().get(SECONDS, TimeUnit.SECONDS);
            assertThat(Path.of("/proc/" + pid + "/cgroup"))
                    .hasSameTextualContentAs(
                            Path.of("/proc/" + container.started().join() + "/cgroup"));
        }
    }

    /** CVE-2022-29162 and its kind, CVE-2022-2989, SECURITY A2 11. */
    @Test
    void itHasTheFilterAndTheRightsOfTheContainerAndNoMore() throws Exception {
        Said joined = run("cat /proc/self/status");
        Said first = run("cat /proc/1/status");
        for (String key : List.of(
                "CapEff",
                "CapPrm",
                "CapBnd",
                "CapInh",
                "CapAmb",
                "Seccomp",
                "Seccomp_filters",
                "NoNewPrivs",
                "Groups",
                "Uid",
                "Gid")) {
            assertThat(joined.value(key)).as(key).isEqualTo(first.value(key)).isNotNull();
        }
        assertThat(joined.value("Seccomp")).isEqualTo("2");
        assertThat(run("unshare -m true; echo $?").stdout()).isNotEqualTo("0\n");
        assertThat(run("ulimit -n").stdout())
                .isEqualTo(run("sed -n 's/Max open files *[0-9]* *\\([0-9]*\\) .*/\\1/p' /proc/1/limits")
                        .stdout());
    }

    @Test
    void itIsWhomTheSpecificationSays() throws Exception {
        User user = User.of(1000, 1001).withAdditionalGids(List.of(2000));
        Said said = run(
                process -> process.withUser(user).withNoNewPrivileges(true),
                "id -u; id -G; grep NoNewPrivs /proc/self/status; umask; echo again > /dev/stdout");
        assertThat(said.stdout()).isEqualTo("1000\n1001 2000\nNoNewPrivs:\t1\n0022\nagain\n");
    }

    @Test
    void theEnvironmentIsItsOwn() throws Exception {
        assertThat(run(process("/bin/env").withEnv(List.of("A=1"))).stdout()).isEqualTo("A=1\n");
    }

    /** CVE-2024-21626 in exec. */
    @Test
    void noDescriptorOfTheJvmOrTheLauncherIsOpen() throws Exception {
        try (var leaky = Files.newByteChannel(containers.root().resolve("etc/passwd"))) {
            assertThat(leaky.isOpen()).isTrue();
            assertThat(run("exec ls /proc/self/fd").stdout().lines().toList()).containsExactly("0", "1", "2", "3");
        }
    }

    /** CVE-2024-21626 in exec. */
    @Test
    void aWorkingDirectoryBehindADescriptorIsRefused() {
        for (int number = 0; number < 20; number++) {
            String cwd = "/proc/self/fd/" + number;
            assertThatThrownBy(() -> run(process -> process.withCwd(cwd), "pwd"))
                    .as(cwd)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining(cwd);
        }
    }

    @Test
    void aWorkingDirectoryThatIsMissingIsNotMade() throws Exception {
        assertThatThrownBy(() -> run(process -> process.withCwd("/srv/none"), "pwd"))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("enter the working directory /srv/none")
                .hasMessageContaining("ENOENT");
        assertThat(run("ls -d /srv; true").stdout()).isEmpty();
        assertThat(run(process -> process.withCwd("/tmp"), "pwd").stdout()).isEqualTo("/tmp\n");
    }

    @Test
    void aCommandThatIsNotThereIsTold() {
        assertThatThrownBy(() -> run(process("nod")))
                .isInstanceOf(ExecException.class)
                .hasMessageContaining("not found in $PATH");
    }

    /** CVE-2019-5736: what would be overwritten is no file of the host, and sealed. */
    @Test
    void itsExecutableIsTheContainersOwn() throws Exception {
        assertThat(run("readlink /proc/self/exe; readlink /proc/$$/exe").stdout())
                .isEqualTo("/bin/busybox\n/bin/busybox\n");
    }

    /** CVE-2026-53495: a background child that holds stdout must not hang whoever reads it. */
    @Test
    void aChildInTheBackgroundThatHoldsTheOutputDoesNotHangIt() throws Exception {
        Said said = run("sleep 1000 & echo done");
        assertThat(said.stdout()).isEqualTo("done\n");
        assertThat(said.exit()).isEqualTo(new ContainerExit(false, 0));
    }

    @Test
    void whatWasWrittenIsReadHoweverLate() throws Exception {
        try (LinuxExec exec = container.exec(process("/bin/sh", "-c", "sleep 1000 & head -c 60000 /dev/zero"))) {
            exec.exited().get(SECONDS, TimeUnit.SECONDS);
            assertThat(exec.stdout().readAllBytes()).hasSize(60000);
        }
    }

    @Test
    void outputThatNobodyReadsStopsTheProcessAndNotTheEnd() throws Exception {
        try (LinuxExec exec = container.exec(process("/bin/yes"))) {
            exec.started().get(SECONDS, TimeUnit.SECONDS);
            exec.signal(Signal.of("TERM"));
            assertThat(exec.exited().get(SECONDS, TimeUnit.SECONDS)).isEqualTo(new ContainerExit(true, 15));
        }
    }

    @Test
    void inputThatNobodyReadsEndsInAnErrorWhenTheProcessIsOver() throws Exception {
        try (LinuxExec exec = container.exec(process("/bin/sh", "-c", "exec sleep 0.2"))) {
            byte[] much = new byte[1 << 20];
            assertThatThrownBy(() -> exec.stdin().write(much))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("over");
        }
    }

    @Test
    void aSignalReachesItAndNotTheContainer() throws Exception {
        try (LinuxExec exec = container.exec(process("/bin/sleep", "100"))) {
            exec.started().get(SECONDS, TimeUnit.SECONDS);
            exec.signal(Signal.of("KILL"));
            assertThat(exec.exited().get(SECONDS, TimeUnit.SECONDS)).isEqualTo(new ContainerExit(true, 9));
        }
        assertThat(container.exited()).isNotDone();
    }

    @Test
    void closingItKillsIt() throws Exception {
        long pid;
        try (LinuxExec exec = container.exec(process("/bin/sleep", "100"))) {
            pid = exec.started().get(SECONDS, TimeUnit.SECONDS);
        }
        assertThat(Path.of("/proc/" + pid)).doesNotExist();
    }

    @Test
    void itEndsWithItsContainer() throws Exception {
        try (LinuxExec exec = container.exec(process("/bin/sleep", "100"))) {
            exec.started().get(SECONDS, TimeUnit.SECONDS);
            container.close();
            assertThat(exec.exited().get(SECONDS, TimeUnit.SECONDS)).isEqualTo(new ContainerExit(true, 9));
        }
    }

    @Test
    void aContainerThatIsOverTakesNoMore() throws Exception {
        container.close();
        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("stopped");
    }

    @Test
    void aContainerThatIsPausedTakesNoneUntilItGoesOn() throws Exception {
        assumeTrue(containers.host.pauses(), "nothing here stops the processes of a container");
        container.pause();
        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("paused");
        container.resume();
        assertThat(run("echo again").stdout()).isEqualTo("again\n");
    }

    @Test
    void itRunsOnTheProcessorsThatItIsGiven() throws Exception {
        Process process = process("/bin/sed", "-n", "s/^Cpus_allowed_list:\t//p", "/proc/self/status");
        CpuAffinity first = new CpuAffinity(Optional.of("0"), Optional.of("0"), UnknownFields.none());
        Process bound = new Process(
                process.terminal(),
                process.consoleSize(),
                process.user(),
                process.args(),
                process.commandLine(),
                process.env(),
                process.cwd(),
                process.capabilities(),
                process.rlimits(),
                process.noNewPrivileges(),
                process.apparmorProfile(),
                process.oomScoreAdj(),
                process.scheduler(),
                process.selinuxLabel(),
                process.ioPriority(),
                Optional.of(first),
                process.extra());
        assertThat(run(bound).stdout()).isEqualTo("0\n");
    }

    /** SECURITY C 52: the health checks of years. */
    @Test
    void noZombieAndNoDescriptorIsLeft() throws Exception {
        run("true");
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            run("true");
        }
        assertThat(descriptors()).isEqualTo(before);
        assertThat(run("grep -l zombie /proc/[0-9]*/status | wc -l").stdout()).isEqualTo("0\n");
    }

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** SECURITY A1 21 and 18: other conventions of calls are filtered too, and no terminal of the caller's is there. */
    @Test
    void theFilterKnowsTheOtherConventions() throws Exception {
        new Probe(containers);
        container.close();
        start("while :; do sleep 1; done");
        int newNamespace = 0x10000000;
        Process attack = process("/bin/sh")
                .withArgs(Probe.command(
                        call("unshare", newNamespace),
                        Probe.x32("unshare", newNamespace),
                        call("socket", 38, 5, 0),
                        call("openat", -100, "s:/dev/tty", 2),
                        Probe.i386("unshare", newNamespace)));
        assertThat(run(attack).stdout().lines().limit(5)).allMatch(line -> line.startsWith("-"));
    }

    /** Keys of whoever runs the JVM are no more those of a process that joins than of the first one. */
    @Test
    void itsSessionKeyringIsNotTheJvms() throws Exception {
        container.close();
        new Probe(containers);
        Spec spec = containers.spec("while :; do sleep 1; done");
        Spec open = spec.withLinux(spec.linux().orElseThrow().withSeccomp(Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)));
        container = containers.host.start(containers.request(open, List.of()));
        container.started().get(SECONDS, TimeUnit.SECONDS);
        List<String> question = Probe.command(call("keyctl", 0, -3, 0));
        String inside = run(process("").withArgs(question)).stdout().trim();
        List<String> here = new ArrayList<>(question);
        here.set(0, containers.root().resolve(Probe.PATH.substring(1)).toString());
        String hosts = text(new ProcessBuilder(here).start().getInputStream()).trim();
        assumeTrue(!hosts.equals("-38"), "this kernel has no keyrings");
        assertThat(inside).doesNotStartWith("-").isNotEqualTo(hosts);
    }

    /** SECURITY A2 2: what cannot be applied is an error, of whoever joins as of the container itself. */
    @Test
    void aLabelThatTheKernelDoesNotKnowIsAnErrorAndNotSilence() {
        Spec spec = containers.spec("true");
        Process first = spec.process().orElseThrow();
        List<UnaryOperator<Process>> labels = List.of(
                process -> process.withApparmorProfile("no-such-profile"),
                process -> process.withSelinuxLabel("no_such_u:no_such_r:no_such_t:s0"));
        for (UnaryOperator<Process> label : labels) {
            assertThatThrownBy(() -> run(label, "true"))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("no")
                    .hasMessageContaining("has to be at work");
            assertThatThrownBy(() -> containers.run(spec.withProcess(label.apply(first))))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("has to be at work");
        }
    }

    /** SECURITY A2 12: what the host does not allow is an error, and no lower limit in silence. */
    @Test
    void aLimitAboveTheHostsIsAnErrorWhoeverAsks() {
        assumeTrue(containers.host.rootless(), "root may raise its limits");
        List<Rlimit> much = List.of(Rlimit.of(RlimitType.RLIMIT_NOFILE, 1L << 30, 1L << 30));
        assertThatThrownBy(() -> run(process -> process.withRlimits(much), "true"))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("RLIMIT_NOFILE")
                .hasMessageContaining("CAP_SYS_RESOURCE");
        Spec spec = containers.spec("true");
        assertThatThrownBy(() -> containers.run(
                        spec.withProcess(spec.process().orElseThrow().withRlimits(much))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("RLIMIT_NOFILE");
    }
}
