package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.ContainerStats;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.MissingControllerException;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.DeviceType;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a container may use: limits that hold, ends that are told, and groups that are gone afterwards. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class ResourcesTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final String EAT = "head -c 100m /dev/zero | tail -c 100m > /dev/null";

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-resources"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private void need(String... controllers) {
        Set<String> here = containers.host.controllers();
        assumeTrue(here.containsAll(List.of(controllers)), "needs " + List.of(controllers) + "; here are " + here);
    }

    private Spec limited(String script, Resources resources) {
        Spec spec = containers.spec(script);
        return spec.withLinux(spec.linux().orElseThrow().withResources(resources));
    }

    private static Resources memory(long bytes) {
        return Resources.none().withMemory(Memory.none().withLimit(bytes).withSwap(bytes));
    }

    private LinuxContainer start(Spec spec) throws Exception {
        LinuxContainer container = containers.host.start(containers.request(spec, List.of()));
        container.started().get(30, TimeUnit.SECONDS);
        return container;
    }

    // ---- want of memory

    @Test
    void aFirstProcessThatIsKilledForWantOfMemoryIsToldFromExit137() throws Exception {
        need("memory");
        Result result = containers.run(limited("exec tail -c 100m /dev/zero", memory(8 * MEBIBYTE)));
        assertThat(result.exit()).isEqualTo(new ContainerExit(true, 9, true));
    }

    @Test
    void soIsAChildThatIsKilledWhileTheFirstProcessGoesOn() throws Exception {
        need("memory");
        Result result = containers.run(limited("(exec tail -c 100m /dev/zero); echo $?; exit 3", memory(8 * MEBIBYTE)));
        assertThat(result.exit()).isEqualTo(new ContainerExit(false, 3, true));
        assertThat(result.stdout()).isEqualTo("137\n");
    }

    @Test
    void exit137AloneIsNoWantOfMemory() throws Exception {
        need("memory");
        assertThat(containers.run(limited("exit 137", memory(64 * MEBIBYTE))).exit())
                .isEqualTo(new ContainerExit(false, 137, false));
    }

    @Test
    void wantOfMemoryIsInTheExitRecordToo() throws Exception {
        need("memory");
        ContainerRequest request = containers.request(
                limited("exec tail -c 100m /dev/zero", memory(8 * MEBIBYTE)), List.of(), LogLimits.DEFAULT, true);
        try (LinuxContainer container = containers.host.start(request)) {
            container.gone().get(30, TimeUnit.SECONDS);
        }
        assertThat(request.directory().resolve("exit")).hasContent("signaled 9 oom\n");
    }

    @Test
    void aProcessThatJoinedIsCountedInAndKilledToo() throws Exception {
        need("memory");
        try (LinuxContainer container = start(limited("sleep 1000", memory(8 * MEBIBYTE)));
                LinuxExec exec = container.exec(Process.of(List.of("/bin/tail", "-c", "100m", "/dev/zero")))) {
            assertThat(exec.exited().get(30, TimeUnit.SECONDS).value()).isEqualTo(9);
            assertThat(container.stats().memory().orElseThrow().oomKills()).isEqualTo(1);
            assertThat(container.exited()).isNotDone();
        }
    }

    // ---- limits

    /** SECURITY.md A2 12. */
    @Test
    void aLimitOfZeroProcessesIsNotUnlimited() throws Exception {
        need("pids");
        Result result = containers.run(
                limited("true | true; echo done", Resources.none().withPids(Pids.of(0))));
        assertThat(result.stderr()).contains("can't fork");
    }

    @Test
    void aLimitOfMinusOneProcessesIsNone() throws Exception {
        need("pids");
        Result result = containers.run(limited(
                "for i in $(seq 1 50); do sleep 100 & done; echo done",
                Resources.none().withPids(Pids.of(-1))));
        assertThat(result.stdout()).isEqualTo("done\n");
    }

    @Test
    void timeOfTheProcessorsIsLimitedToTheQuota() throws Exception {
        need("cpu");
        Resources tenth = Resources.none().withCpu(Cpu.none().withQuota(10_000).withPeriod(100_000));
        try (LinuxContainer container = start(limited("while :; do :; done", tenth))) {
            ContainerStats.Cpu first = container.stats().cpu().orElseThrow();
            ContainerStats.Cpu now = first;
            while (now.throttledNanos() == 0
                    || now.totalNanos() == first.totalNanos()) { // it may be held at the first look
                Spin.once();
                now = container.stats().cpu().orElseThrow();
            }
            assertThat(now.totalNanos()).isGreaterThan(first.totalNanos());
        }
    }

    @Test
    void theProcessorsThatItSeesAreThoseOfItsSet() throws Exception {
        need("cpuset");
        Result result = containers.run(limited(
                "grep Cpus_allowed_list /proc/self/status",
                Resources.none().withCpu(Cpu.none().withCpus("0"))));
        assertThat(result.value("Cpus_allowed_list")).isEqualTo("0");
    }

    @Test
    void aLimitThatCannotBeHadIsAnErrorAndNothingIsStarted() throws Exception {
        Resources rdma = Resources.none().withUnified(Map.of("rdma.max", "mlx5_0 hca_handle=1"));
        assumeTrue(!containers.host.controllers().contains("rdma"), "this host limits RDMA");
        assertThatThrownBy(() -> containers.run(limited("true", rdma)))
                .isInstanceOf(MissingControllerException.class)
                .hasMessageContaining("rdma");
    }

    // ---- devices

    @Test
    void devicesOfTheHostCannotBeOpenedThroughNodesOfTheImage() throws Exception {
        assumeTrue(!containers.host.rootless(), "a user namespace opens no device node");
        mknod("disk", "b", "254", "0");
        mknod("nothing", "c", "1", "3");
        Result result = containers.run("cat /nothing && echo fine; head -c 1 /disk && echo read");
        assertThat(result.stdout()).isEqualTo("fine\n");
        assertThat(result.stderr()).contains("Operation not permitted");
    }

    @Test
    void aDeviceThatARuleAllowsCanBeOpened() throws Exception {
        assumeTrue(!containers.host.rootless(), "a user namespace opens no device node");
        mknod("kmsg", "c", "1", "11");
        List<DeviceRule> rules = List.of(DeviceRule.denyAll(), DeviceRule.allow(DeviceType.CHARACTER, 1, 11, "w"));
        Result result = containers.run(limited(
                ": >> /kmsg && echo written; : < /kmsg && echo read",
                Resources.none().withDevices(rules)));
        assertThat(result.stdout()).isEqualTo("written\n");
    }

    private void mknod(String name, String... words) throws Exception {
        String file = containers.root().resolve(name).toString();
        List<String> command = new ArrayList<>(List.of("mknod", "-m", "666", file));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    // ---- pause

    @Test
    void whatIsPausedGetsNoTimeAndGoesOnWhereItWas() throws Exception {
        assumeTrue(containers.host.pauses(), "nothing freezes here");
        try (LinuxContainer container = start(containers.spec("while :; do :; done"))) {
            container.pause();
            container.pause(); // twice is paused
            long paused = container.stats().cpu().orElseThrow().totalNanos();
            assertThat(container.stats().cpu().orElseThrow().totalNanos()).isEqualTo(paused);
            assertThatThrownBy(() -> container.exec(Process.of(List.of("/bin/true"))))
                    .isInstanceOf(ContainerStateException.class)
                    .hasMessageContaining("paused");
            container.resume();
            while (container.stats().cpu().orElseThrow().totalNanos() == paused) {
                Spin.once();
            }
            container.resume();
        }
    }

    @Test
    void whatIsPausedCanBeClosed() throws Exception {
        assumeTrue(containers.host.pauses(), "nothing freezes here");
        containers.run("true"); // what is made once for all containers
        HostState before = HostState.quiet();
        LinuxContainer container = start(containers.spec("sleep 1000 & sleep 1000"));
        container.pause();
        container.close();
        assertThat(container.exited().join()).isEqualTo(new ContainerExit(true, 9));
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void whatHasEndedCannotBePausedOrUpdated() throws Exception {
        LinuxContainer container = start(containers.spec("true"));
        container.gone().get(30, TimeUnit.SECONDS);
        assertThatThrownBy(container::pause).isInstanceOf(ContainerStateException.class);
        assertThatThrownBy(() -> container.update(Resources.none())).isInstanceOf(ContainerStateException.class);
        assertThat(container.stats().memory()).isEmpty();
    }

    // ---- update, figures

    @Test
    void limitsChangeWhileItRunsUpwardsAndDownwards() throws Exception {
        need("memory", "pids");
        try (LinuxContainer container = start(limited("sleep 1000", memory(32 * MEBIBYTE)))) {
            assertThat(container.stats().memory().orElseThrow().limitBytes()).contains(32 * MEBIBYTE);
            container.update(memory(64 * MEBIBYTE).withPids(Pids.of(7)));
            assertThat(container.stats().memory().orElseThrow().limitBytes()).contains(64 * MEBIBYTE);
            assertThat(container.stats().processes().orElseThrow().limit()).contains(7L);
            container.update(memory(16 * MEBIBYTE));
            assertThat(container.stats().memory().orElseThrow().limitBytes()).contains(16 * MEBIBYTE);
            assertThat(container.stats().processes().orElseThrow().limit()).contains(7L);
        }
    }

    @Test
    void rulesForDevicesCannotBeChangedWhileItRuns() throws Exception {
        try (LinuxContainer container = start(containers.spec("sleep 1000"))) {
            Resources rules = Resources.none().withDevices(List.of(DeviceRule.denyAll()));
            assertThatThrownBy(() -> container.update(rules))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("devices");
        }
    }

    @Test
    void aLimitBelowWhatIsInUseIsRefusedWhenThatIsAsked() throws Exception {
        need("memory");
        try (LinuxContainer container = start(limited("sleep 1000", memory(32 * MEBIBYTE)))) {
            Memory checked = new Memory(
                    Optional.of(4096L),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(true),
                    UnknownFields.none());
            assertThatThrownBy(() -> container.update(Resources.none().withMemory(checked)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("in use");
            assertThat(container.exited()).isNotDone();
        }
    }

    @Test
    void whatItUsesIsCountedWithAllThatJoined() throws Exception {
        need("memory", "pids");
        try (LinuxContainer container = start(containers.spec("sleep 1000 & sleep 1000 & wait"));
                LinuxExec exec = container.exec(Process.of(List.of("/bin/sleep", "1000")))) {
            exec.started().get(30, TimeUnit.SECONDS);
            ContainerStats stats = container.stats();
            assertThat(stats.processes().orElseThrow().count()).isEqualTo(4);
            assertThat(stats.memory().orElseThrow().usedBytes()).isPositive();
            assertThat(stats.networks())
                    .extracting(ContainerStats.Network::name)
                    .containsExactly("lo");
        }
    }

    // ---- groups

    @Test
    void itIsInItsGroupsBeforeItsFirstInstruction() throws Exception {
        need("pids");
        String program = containers.host.explain(containers.request(containers.spec("true"), List.of()));
        int born = program.indexOf("clone3(");
        assertThat(program.indexOf("pids.max")).isPositive().isLessThan(born);
        String child = program.substring(program.indexOf("report to("));
        assertThat(child.lines().skip(1).findFirst().orElseThrow()).containsAnyOf("join the control groups", "cgroup");
    }

    @Test
    void aGroupOnTheSpecificationsPathIsMadeAndRemovedWithTheOnesAboveIt() throws Exception {
        need("pids");
        String above = "skiff-test-" + ProcessHandle.current().pid() + "-above";
        Spec spec = containers.spec("sleep 1000");
        Spec placed = spec.withLinux(spec.linux().orElseThrow().withCgroupsPath("/" + above + "/inner"));
        try (LinuxContainer container = start(placed)) {
            assertThat(HostState.groups(above)).isNotEmpty();
            assertThat(Files.readString(Path.of("/proc/" + container.started().join() + "/cgroup")))
                    .contains("pids:/" + above + "/inner");
        }
        assertThat(HostState.groups(above)).isEmpty();
    }

    @Test
    void aGroupThatExistsIsRefusedAndLeftAlone() throws Exception {
        need("pids");
        String name = "skiff-test-" + ProcessHandle.current().pid() + "-theirs";
        Spec spec = containers.spec("true");
        Spec placed = spec.withLinux(spec.linux().orElseThrow().withCgroupsPath("/" + name));
        Path theirs = Path.of("/sys/fs/cgroup/pids").resolve(name);
        assumeTrue(Files.isDirectory(theirs.getParent()), "the group is made where version 1 is mounted");
        Files.createDirectory(theirs);
        try {
            LinuxContainer container = containers.host.start(containers.request(placed, List.of()));
            assertThatThrownBy(() -> container.started().get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EEXIST")
                    .hasMessageContaining("belongs to another container");
            container.gone().get(30, TimeUnit.SECONDS);
            assertThat(HostState.groups(name)).containsExactly(theirs.toString());
        } finally {
            Files.delete(theirs);
        }
    }

    @Test
    void aFailedStartLeavesNoGroup() throws Exception {
        containers.run("true"); // what is made once for all containers
        HostState before = HostState.quiet();
        Resources odd = Resources.none()
                .withMemory(Memory.none().withLimit(Long.MAX_VALUE - 1))
                .withPids(Pids.of(1L << 40));
        need("pids", "memory");
        LinuxContainer container = containers.host.start(containers.request(limited("true", odd), List.of()));
        assertThatThrownBy(() -> container.started().get(30, TimeUnit.SECONDS)).hasMessageContaining("pids.max");
        container.gone().get(30, TimeUnit.SECONDS);
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    // ---- nothing is left

    /** prctl(2): whoever clears its parent-death signal does not die with its supervisor. */
    @Test
    void aContainerThatClearsItsParentDeathSignalDiesWithItsSupervisorAllTheSame() throws Exception {
        new Probe(containers);
        Spec spec = containers.spec("");
        List<String> argv = Probe.command(
                Probe.call("prctl", 1 /* PR_SET_PDEATHSIG */, 0, 0, 0, 0),
                Probe.call("write", 1, "s:cleared", 7),
                Probe.call("pause"));
        ContainerRequest request =
                containers.request(spec.withProcess(spec.process().orElseThrow().withArgs(argv)), List.of());
        try (LinuxContainer container = containers.host.start(request)) {
            long pid = container.started().get(30, TimeUnit.SECONDS);
            while (!TestContainers.output(request, "stdout").contains("cleared")) {
                Spin.once();
            }
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            ProcessHandle.of(supervisorOf(pid)).orElseThrow().destroyForcibly();
            container.gone().get(30, TimeUnit.SECONDS);
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static long supervisorOf(long pid) throws Exception {
        return Long.parseLong(
                Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1)[3]);
    }

    /** As the next JVM does with what one has left that was killed together with its supervisors. */
    @Test
    void whatIsForgottenIsKilledHoweverFastItForks() throws Exception {
        need("pids");
        // the one that forks never reaches the limit, which would end it, and is not the first process
        LinuxContainer container =
                start(containers.spec("while :; do sleep 0.05 & done 2> /dev/null & exec sleep 1000"));
        while (container.stats().processes().orElseThrow().count() < 5) {
            Spin.once();
        }
        containers.host.forget(container.id());
        assertThat(container.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new ContainerExit(true, 9));
        container.gone().get(30, TimeUnit.SECONDS);
        assertThat(HostState.groups("skiff-" + container.id())).isEmpty();
    }

    @Test
    void limitedContainersLeaveNothing() throws Exception {
        need("memory", "pids");
        containers.run("true"); // what is made once for all containers
        HostState before = HostState.quiet();
        for (int i = 0; i < 5; i++) {
            containers.run(limited("sleep 100 & sleep 100 & " + EAT, memory(16 * MEBIBYTE)));
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }
}
