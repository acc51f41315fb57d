package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Docker and Podman give a container when nothing is asked for, item by item: SECURITY.md, table B. */
class ContainerDefaultsTest {
    private static final Spec AS_ROOT = spec(false, false);

    private static Spec spec(boolean rootless, boolean hostNetwork) {
        return new ContainerDefaults(rootless, true, ControlGroups.none()).spec(List.of("true"), hostNetwork);
    }

    private static Linux linux(Spec spec) {
        return spec.linux().orElseThrow();
    }

    private static Map<String, String> mounts(Spec spec) {
        return spec.mounts().stream()
                .collect(Collectors.toMap(
                        Mount::destination,
                        mount -> mount.type().orElseThrow() + " " + String.join(",", mount.options())));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsFileSystemsHaveTheOptionsThatDockerAndPodmanGiveThem(boolean rootless) {
        assertThat(mounts(spec(rootless, false)))
                .containsOnly(
                        Map.entry("/proc", "proc nosuid,noexec,nodev"),
                        Map.entry("/dev", "tmpfs nosuid,strictatime,mode=755,size=65536k"),
                        Map.entry("/dev/pts", "devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"),
                        Map.entry("/dev/shm", "tmpfs nosuid,noexec,nodev,mode=1777,size=65536k"),
                        Map.entry("/dev/mqueue", "mqueue nosuid,noexec,nodev"),
                        Map.entry("/sys", "sysfs nosuid,noexec,nodev,ro"),
                        Map.entry("/sys/fs/cgroup", "cgroup2 nosuid,noexec,nodev,ro"));
    }

    @Test
    void whereTheNetworkIsTheHostsAnOrdinaryUserSeesTheHostsSysfsReadOnly() {
        assertThat(mounts(spec(true, true)))
                .containsEntry("/sys", "bind rbind,nosuid,noexec,nodev,ro")
                .doesNotContainKey("/sys/fs/cgroup");
        assertThat(linux(spec(true, true)).maskedPaths()).contains("/sys/kernel");
    }

    @Test
    void aGroupThatIsNotMappedOwnsNoTerminal() {
        Spec single = new ContainerDefaults(true, false, ControlGroups.none()).spec(List.of("true"), false);
        assertThat(mounts(single).get("/dev/pts")).doesNotContain("gid=");
    }

    @Test
    void whatEitherOfThemMasksIsMasked() {
        assertThat(linux(AS_ROOT).maskedPaths())
                .contains(
                        "/proc/acpi",
                        "/proc/asound",
                        "/proc/interrupts",
                        "/proc/kcore",
                        "/proc/keys",
                        "/proc/latency_stats",
                        "/proc/sched_debug",
                        "/proc/scsi",
                        "/proc/timer_list",
                        "/proc/timer_stats",
                        "/sys/dev/block",
                        "/sys/devices/virtual/powercap",
                        "/sys/firmware",
                        "/sys/fs/selinux");
        String throttle = "/sys/devices/system/cpu/cpu0/thermal_throttle";
        if (Files.isDirectory(Path.of(throttle))) {
            assertThat(linux(AS_ROOT).maskedPaths()).contains(throttle);
        }
    }

    @Test
    void whatEitherOfThemMakesReadOnlyIsReadOnly() {
        assertThat(linux(AS_ROOT).readonlyPaths())
                .containsExactlyInAnyOrder(
                        "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    }

    @Test
    void rootHasPodmansElevenCapabilitiesAndNoneToHandDown() {
        Capabilities sets = AS_ROOT.process().orElseThrow().capabilities().orElseThrow();
        assertThat(sets.bounding()).hasSize(11).isEqualTo(sets.permitted()).isEqualTo(sets.effective());
        assertThat(sets.inheritable()).isEmpty();
        assertThat(sets.ambient()).isEmpty();
    }

    @Test
    void everyNamespaceIsItsOwn() {
        assertThat(linux(AS_ROOT).namespaces())
                .allMatch(namespace -> namespace.path().isEmpty())
                .extracting(namespace -> namespace.type())
                .containsExactlyInAnyOrder(
                        NamespaceType.PID,
                        NamespaceType.MOUNT,
                        NamespaceType.UTS,
                        NamespaceType.IPC,
                        NamespaceType.CGROUP,
                        NamespaceType.NETWORK);
    }

    @Test
    void sysctlsAreThoseOfANetworkOfItsOwnAndNoneOfTheHosts() {
        assertThat(linux(AS_ROOT).sysctl())
                .containsOnly(
                        Map.entry("net.ipv4.ip_unprivileged_port_start", "0"),
                        Map.entry("net.ipv4.ping_group_range", "0 0"));
        assertThat(linux(spec(false, true)).sysctl()).isEmpty();
    }

    @Test
    void limitsArePodmansAndNeverAboveTheHosts() {
        assertThat(AS_ROOT.process().orElseThrow().rlimits())
                .extracting(limit -> limit.type().name())
                .containsExactly("RLIMIT_NOFILE", "RLIMIT_NPROC");
        assertThat(AS_ROOT.process().orElseThrow().rlimits())
                .allMatch(limit -> limit.soft() == limit.hard() && limit.hard() <= 1048576)
                .noneMatch(limit -> limit.hard() == Rlimit.UNLIMITED);
    }

    @Test
    void theFilterFailsWhatItDoesNotKnow() {
        assertThat(linux(AS_ROOT).seccomp().orElseThrow().defaultAction()).isEqualTo(SeccompAction.SCMP_ACT_ERRNO);
        assertThat(AS_ROOT.process().orElseThrow().noNewPrivileges())
                .as("as with Docker and Podman: on request")
                .isFalse();
    }

    @Test
    void whatSparesTheJvmWhenMemoryIsShortDoesNotSpareContainers() {
        assertThat(oomScoreAdj(-500)).contains(0);
        assertThat(oomScoreAdj(0)).as("is inherited").isEmpty();
        assertThat(oomScoreAdj(300)).as("may not be lowered by everyone").isEmpty();
    }

    private static Optional<Integer> oomScoreAdj(int jvms) {
        return new ContainerDefaults(false, true, ControlGroups.none(), jvms)
                .spec(List.of("true"), false)
                .process()
                .orElseThrow()
                .oomScoreAdj();
    }
}
