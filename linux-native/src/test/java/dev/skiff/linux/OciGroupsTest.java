package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Limits, figures and signals by the control groups of a container. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciGroupsTest extends OciFixture {
    @Test
    void limitsAreChangedAndUseIsToldFromAnotherRuntime() throws Exception {
        Assumptions.assumeTrue(controlGroups(), "without a control group there are no limits to change");
        create("exec sleep 1000");
        runtime.start(ID);
        try (OciRuntime other = OciRuntime.open(base.resolve("state"))) {
            other.update(ID, Resources.none().withPids(Pids.of(77)));
            ContainerStats stats = other.stats(ID);
            assertThat(stats.processes().orElseThrow().limit()).contains(77L);
            assertThat(stats.processes().orElseThrow().count()).isEqualTo(1);
            assertThat(stats.networks())
                    .extracting(ContainerStats.Network::name)
                    .contains("lo");
            other.kill(ID, KILL, false);
            awaitStopped();
            assertThatThrownBy(() -> other.stats(ID)).isInstanceOf(ContainerStateException.class);
            assertThatThrownBy(() -> other.update(ID, Resources.none())).isInstanceOf(ContainerStateException.class);
        }
    }

    /** containerd counts by the groups of all hierarchies, and Podman updates what was not limited before. */
    @Test
    @KernelTest(root = true)
    void aContainerHasAGroupInEachHierarchyOfVersion1() throws Exception {
        create("exec sleep 1000");
        runtime.start(ID);
        List<String> shared = Files.readAllLines(
                        Path.of("/proc/" + runtime.state(ID).pid() + "/cgroup"))
                .stream()
                .filter(line -> !line.contains(":name=") && !line.startsWith("0:"))
                .filter(line -> !line.endsWith(ID))
                .toList();
        assertThat(shared).isEmpty();
        if (!Files.isDirectory(Path.of("/sys/fs/cgroup/cpu"))) {
            return; // version 2 alone
        }
        runtime.update(ID, Resources.none().withCpu(Cpu.none().withQuota(30_000).withPeriod(60_000)));
        assertThat(runtime.stats(ID).cpu().orElseThrow().totalNanos()).isLessThan(TimeUnit.SECONDS.toNanos(60));
        runtime.delete(ID, true);
        try (Stream<Path> left =
                Files.find(Path.of("/sys/fs/cgroup"), 4, (path, facts) -> path.endsWith("skiff-" + ID))) {
            assertThat(left).isEmpty();
        }
    }

    /** What is not mentioned stays as it is, where one limit is part of the other too. */
    @Test
    @KernelTest(root = true)
    void memoryIsUpdatedWithoutSwapAndSwapWithoutMemory() throws Exception {
        create("exec sleep 1000");
        runtime.update(ID, memory(Memory.none().withLimit(64L << 20)));
        runtime.update(ID, memory(Memory.none().withSwap(96L << 20)));
        assertThat(memoryLimit()).contains(64L << 20);
        runtime.update(ID, memory(Memory.none().withLimit(-1)));
        assertThat(memoryLimit()).isEmpty();
        runtime.update(ID, memory(Memory.none().withLimit(200L << 20)));
        assertThat(memoryLimit()).contains(200L << 20);
    }

    private static Resources memory(Memory memory) {
        return Resources.none().withMemory(memory);
    }

    private Optional<Long> memoryLimit() {
        return runtime.stats(ID).memory().orElseThrow().limitBytes();
    }

    /** A group that was made by hand has no processors and no memory, and what is below it would not get any. */
    @Test
    @KernelTest(root = true)
    void aGroupOfCpusetThatIsEmptyIsFilledOnTheWay() throws Exception {
        Path cpuset = Path.of("/sys/fs/cgroup/cpuset");
        Assumptions.assumeTrue(
                Files.isRegularFile(cpuset.resolve("cpuset.cpus")), "cpuset of version 1 is not mounted there");
        String name = "skiff-" + ID + "-parent";
        Path parent = Files.createDirectory(cpuset.resolve(name));
        try {
            assertThat(Files.readString(parent.resolve("cpuset.cpus"))).isBlank();
            create("true", spec -> spec.withLinux(spec.linux().orElseThrow().withCgroupsPath("/" + name + "/x")));
            for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                assertThat(parent.resolve(file)).hasSameTextualContentAs(cpuset.resolve(file));
            }
            runtime.delete(ID, true);
        } finally {
            Files.delete(parent);
        }
    }

    @Test
    void allProcessesGetASignalThatIsForAll() throws Exception {
        Assumptions.assumeTrue(
                controlGroups(), "without a control group nothing tells which processes are the container's");
        create(
                "trap '' USR1; (trap 'echo child > /got; exit' USR1; echo > /ready; while :; do sleep 0.01; done) & wait");
        runtime.start(ID);
        await(() -> Files.exists(bundle.resolve("rootfs/ready")));
        assertThat(runtime.processes(ID)).hasSizeGreaterThan(1);
        runtime.kill(ID, Signal.of("USR1"), true);
        await(() -> Files.exists(bundle.resolve("rootfs/got")));
    }

    private static boolean controlGroups() {
        try (LinuxHost host = LinuxHost.open()) {
            return host.limitsProcesses();
        }
    }

    /** An ordinary user to whom nothing is delegated gets no container that is held less than it was asked for. */
    @Test
    void aLimitThatNobodyHereCanHoldIsAnError() throws Exception {
        try (LinuxHost host = LinuxHost.open()) {
            Assumptions.assumeFalse(host.controllers().contains("memory"), "memory can be limited here");
        }
        for (Resources limited : List.of(
                Resources.none().withMemory(Memory.none().withLimit(64L << 20)),
                Resources.none().withPids(Pids.of(10)))) {
            assertThatThrownBy(() -> create(
                            "true",
                            spec -> spec.withLinux(spec.linux().orElseThrow().withResources(limited))))
                    .isInstanceOf(MissingControllerException.class)
                    .hasMessageContaining("ordinary user needs cgroup version 2");
            assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
        }
    }

    /** Rules for devices take root, and come with all that Podman writes. */
    @Test
    void rulesForDevicesAreNoReasonToRefuseAnOrdinaryUsersContainer() throws Exception {
        DeviceRule none = new DeviceRule(
                false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("rwm"), UnknownFields.none());
        create(
                "head -c 1 /dev/zero | wc -c > /read; exec sleep 1000",
                spec -> spec.withLinux(spec.linux()
                        .orElseThrow()
                        .withResources(Resources.none().withDevices(List.of(none)))));
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/read"), "1"));
    }
}
