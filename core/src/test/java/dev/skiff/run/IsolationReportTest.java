package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.Isolation;
import dev.skiff.Isolation.Aspect;
import dev.skiff.Safeguard;
import dev.skiff.Sharing;
import dev.skiff.linux.ContainerDefaults;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.DeviceType;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container says of itself, on hosts of all kinds. */
class IsolationReportTest {
    private static final Rlimit FILES = Rlimit.of(RlimitType.RLIMIT_NOFILE, 1024, 1024);

    @TempDir
    private Path kernel;

    @BeforeEach
    void fill() throws IOException {
        PoorHosts.kernel(kernel);
    }

    private static Spec spec(Resources resources) {
        Set<Capability> standard = ContainerDefaults.capabilities();
        Linux linux = Linux.none()
                .withNamespaces(List.of(
                        Namespace.of(NamespaceType.PID),
                        Namespace.of(NamespaceType.MOUNT),
                        Namespace.of(NamespaceType.IPC),
                        Namespace.of(NamespaceType.UTS),
                        Namespace.of(NamespaceType.CGROUP),
                        Namespace.of(NamespaceType.NETWORK)))
                .withMaskedPaths(List.of("/proc/kcore"))
                .withReadonlyPaths(List.of("/proc/sys"))
                .withSeccomp(ContainerDefaults.seccomp(standard))
                .withResources(resources);
        Process process = Process.of(List.of("true"))
                .withCapabilities(Capabilities.of(standard))
                .withRlimits(List.of(FILES));
        return Spec.of(Root.of("rootfs"), process, linux);
    }

    private static final Resources USUAL = Resources.none()
            .withPids(Pids.of(2048))
            .withDevices(List.of(DeviceRule.allow(DeviceType.CHARACTER, 1, 3, "rwm")));

    private static String said(Isolation isolation, String name) {
        return isolation.aspect(name).map(Aspect::toString).orElse("nothing of " + name + " in\n" + isolation);
    }

    private static Isolation of(Spec spec, HostTraits host) {
        return IsolationReport.of(spec, Privileges.NONE, Set.of(), host);
    }

    @Test
    void onAHostThatHasAllOnlyTheProfileIsLeftToBeNamed() {
        Isolation isolation = of(spec(USUAL), PoorHosts.rich(kernel, true));
        assertThat(isolation.weaker()).extracting(Aspect::name).containsExactly("security module");
        assertThat(said(isolation, "security module")).contains("AppArmor", "apparmor(...)");
        assertThat(said(isolation, "control groups")).isEqualTo("ok: control groups: its own, of version 2");
        assertThat(said(isolation, "processes")).isEqualTo("ok: processes: at most 2048");
        assertThat(isolation.aspects())
                .extracting(Aspect::name)
                .contains(
                        "namespace pid",
                        "namespace mount",
                        "namespace ipc",
                        "namespace uts",
                        "namespace cgroup",
                        "namespace time",
                        "network",
                        "seccomp",
                        "system paths",
                        "limits of a process");
    }

    @Test
    void whatAPoorHostCannotGiveIsSaidWithItsRemedy() throws IOException {
        Files.delete(kernel.resolve("sys/module/apparmor/parameters/enabled"));
        Isolation isolation = of(spec(Resources.none()), PoorHosts.poor(kernel, List.of(FILES)));
        assertThat(isolation.weaker())
                .extracting(Aspect::name)
                .containsExactly("groups", "control groups", "processes", "security module");
        assertThat(said(isolation, "groups")).contains("come along", "/etc/subuid");
        assertThat(said(isolation, "control groups")).contains("version 1 and 2 (hybrid)", "Delegate=yes");
        assertThat(said(isolation, "processes")).contains("pids controller");
        assertThat(said(isolation, "capabilities")).contains("10 of the 11");
        assertThat(said(isolation, "limits of a process"))
                .contains("RLIMIT_NOFILE 1024 (the most that this host allows)");
    }

    @Test
    void rootWithoutRulesForDevicesIsToldSo() {
        Isolation isolation = of(spec(Resources.none().withPids(Pids.of(7))), PoorHosts.poorRoot(kernel));
        assertThat(said(isolation, "devices")).startsWith("weaker: devices").contains("devices controller");
        assertThat(said(of(spec(USUAL), PoorHosts.rich(kernel, false)), "devices"))
                .startsWith("ok: devices");
    }

    @Test
    void memoryWithSwapThatIsNotCountedIsLessThanMemory() {
        Resources limited = USUAL.withMemory(Memory.none().withLimit(1 << 20));
        assertThat(said(of(spec(limited), PoorHosts.poorRoot(kernel)), "memory"))
                .startsWith("weaker: memory: at most 1048576 bytes, and swap")
                .contains("swapaccount=1");
        Resources both = USUAL.withMemory(Memory.none().withLimit(1 << 20).withSwap(1 << 20));
        assertThat(said(of(spec(both), PoorHosts.rich(kernel, false)), "memory"))
                .isEqualTo("ok: memory: at most 1048576, with swap at most 1048576 bytes");
    }

    @Test
    void whatWasAskedForAndIsLackingComesFirst() {
        Isolation isolation = IsolationReport.of(
                spec(USUAL), Privileges.NONE, Set.of(Safeguard.MEMORY_LIMIT), PoorHosts.rich(kernel, true));
        assertThat(isolation.aspects().get(0).name()).isEqualTo("memory limit");
        assertThat(isolation.weaker().get(0).remedy()).contains("mayLack(Safeguard.MEMORY_LIMIT)");
    }

    @Test
    void whatIsSharedIsWeakerAndSaysWhoseItIs() {
        Spec usual = spec(USUAL);
        Linux linux = usual.linux().orElseThrow();
        Spec shared = usual.withLinux(linux.withNamespaces(linux.namespaces().stream()
                .filter(namespace -> namespace.type() != NamespaceType.PID)
                .toList()));
        Privileges privileges = Privileges.NONE.sharing(NamespaceType.PID, Sharing.host());
        Isolation isolation = IsolationReport.of(shared, privileges, Set.of(), PoorHosts.rich(kernel, true));
        assertThat(said(isolation, "namespace pid")).isEqualTo("weaker: namespace pid: the host's; leave out pid(...)");
    }
}
