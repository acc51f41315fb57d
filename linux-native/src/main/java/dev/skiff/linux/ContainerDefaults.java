package dev.skiff.linux;

import dev.skiff.linux.abi.CapabilityMask;
import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.linux.cgroup.DeviceRules;
import dev.skiff.linux.seccomp.DefaultProfile;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a container may and may not when nothing else is asked for: the eleven capabilities of Podman, the masks of Docker and
 * Podman together, their seccomp profile, and every namespace.
 */
public final class ContainerDefaults {
    private static final Set<Capability> CAPABILITIES = EnumSet.of(
            Capability.CAP_CHOWN,
            Capability.CAP_DAC_OVERRIDE,
            Capability.CAP_FOWNER,
            Capability.CAP_FSETID,
            Capability.CAP_KILL,
            Capability.CAP_NET_BIND_SERVICE,
            Capability.CAP_SETFCAP,
            Capability.CAP_SETGID,
            Capability.CAP_SETPCAP,
            Capability.CAP_SETUID,
            Capability.CAP_SYS_CHROOT);

    private static final List<String> MASKED = List.of(
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

    private static final List<String> READ_ONLY =
            List.of("/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /**
     * In a network that is all its own, ports below 1024 and, for root, ping(8) need no rights; a wider range of groups would have
     * to be mapped in the user namespace that owns the network: icmp(7).
     */
    private static final Map<String, String> OWN_NETWORK =
            Map.of("net.ipv4.ip_unprivileged_port_start", "0", "net.ipv4.ping_group_range", "0 0");

    private static final long PODMAN_LIMIT = 1048576;
    private static final int TTY_GROUP = 5;
    private static final long MOST_PROCESSES = 2048;

    private final boolean rootless;
    private final boolean ttyGroup;
    private final boolean spared;
    private final Resources resources;
    private final List<String> masked;
    private final List<Rlimit> limits;

    ContainerDefaults(boolean rootless, boolean ttyGroup, ControlGroups groups) {
        this(rootless, ttyGroup, groups, HostFiles.oomScoreAdj());
    }

    /** @param oomScoreAdj how willingly the kernel kills this JVM when memory is short */
    ContainerDefaults(boolean rootless, boolean ttyGroup, ControlGroups groups, int oomScoreAdj) {
        this.spared = oomScoreAdj < 0;
        this.rootless = rootless;
        this.ttyGroup = ttyGroup;
        this.resources = resources(rootless, groups);
        this.masked = masked(rootless);
        this.limits = List.of(
                clamped(RlimitType.RLIMIT_NOFILE, "Max open files"), clamped(RlimitType.RLIMIT_NPROC, "Max processes"));
    }

    /** What a container's root may do: Podman's eleven. */
    public static Set<Capability> capabilities() {
        return EnumSet.copyOf(CAPABILITIES);
    }

    /** The standard filter for a container with these capabilities. */
    public static Seccomp seccomp(Set<Capability> capabilities) {
        return DefaultProfile.forCapabilities(capabilities);
    }

    /**
     * The filter that a profile in Docker's and Podman's format, or in that of a runtime specification, says for a container
     * with these capabilities on this host.
     *
     * @throws dev.skiff.oci.JsonException when it is none
     */
    public static Seccomp seccomp(byte[] profile, Set<Capability> capabilities) {
        return DefaultProfile.custom(profile, capabilities);
    }

    /**
     * A specification that runs this command as root of the container.
     *
     * @param hostNetwork whether it uses the host's network instead of one of its own, which has a loopback interface only
     */
    public Spec spec(List<String> command, boolean hostNetwork) {
        List<Namespace> namespaces = new ArrayList<>();
        for (NamespaceType type : List.of(
                NamespaceType.PID,
                NamespaceType.MOUNT,
                NamespaceType.UTS,
                NamespaceType.IPC,
                NamespaceType.CGROUP,
                NamespaceType.NETWORK)) {
            if (!hostNetwork || type != NamespaceType.NETWORK) {
                namespaces.add(Namespace.of(type));
            }
        }
        Process process = Process.of(command)
                .withCapabilities(Capabilities.of(CAPABILITIES))
                .withRlimits(limits);
        if (spared) {
            process = process.withOomScoreAdj(0); // what protects the JVM is not for what runs in containers
        }
        Linux linux = Linux.none()
                .withNamespaces(namespaces)
                .withMaskedPaths(masked)
                .withReadonlyPaths(READ_ONLY)
                .withSeccomp(DefaultProfile.forCapabilities(CAPABILITIES));
        linux = linux.withResources(resources);
        if (!hostNetwork) {
            linux = linux.withSysctl(OWN_NETWORK);
        }
        return Spec.of(Root.of("rootfs"), process, linux).withMounts(mounts(hostNetwork));
    }

    /** Those of a process's limits that are lower than Podman's, because this host's own are. */
    public List<Rlimit> loweredLimits() {
        return limits.stream().filter(limit -> limit.hard() < PODMAN_LIMIT).toList();
    }

    /** Whether containers live in a user namespace, which may mount nothing of a namespace that is not its own. */
    public boolean inUserNamespace() {
        return rootless;
    }

    /** All the capabilities that can be given at all: in a user namespace every one that the kernel has, else those of this JVM. */
    public Set<Capability> everyCapability() {
        return rootless
                ? CapabilityMask.toSet((1L << (HostFiles.lastCapability() + 1)) - 1)
                : HostFiles.ownCapabilities();
    }

    /** What can be limited here of the number of processes and the devices. */
    private static Resources resources(boolean rootless, ControlGroups groups) {
        Resources resources = Resources.none();
        if (groups.controllers().contains("pids")) {
            resources = resources.withPids(Pids.of(MOST_PROCESSES));
        }
        return !rootless && groups.limitsDevices() ? resources.withDevices(DeviceRules.defaults()) : resources;
    }

    private List<Mount> mounts(boolean hostNetwork) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(Mount.of("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")));
        mounts.add(Mount.of("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")));
        List<String> pts = new ArrayList<>(List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        if (ttyGroup) {
            pts.add("gid=" + TTY_GROUP);
        }
        mounts.add(Mount.of("/dev/pts", "devpts", "devpts", pts));
        mounts.add(
                Mount.of("/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")));
        mounts.add(Mount.of("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")));
        List<String> sys = List.of("nosuid", "noexec", "nodev", "ro");
        if (rootless && hostNetwork) {
            // sysfs shows the network namespace, which is not the user namespace's own here
            mounts.add(Mount.of("/sys", "bind", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro")));
        } else {
            mounts.add(Mount.of("/sys", "sysfs", "sysfs", sys));
            mounts.add(Mount.of("/sys/fs/cgroup", "cgroup2", "cgroup", sys));
        }
        return mounts;
    }

    /** What differs from kernel to kernel: temperatures tell what the neighbours do (GHSA-6fw5-f8r9-fgfm). */
    private static List<String> masked(boolean rootless) {
        List<String> paths = new ArrayList<>(MASKED);
        if (rootless) {
            paths.add("/sys/kernel");
        }
        for (int cpu = 0; Files.isDirectory(Path.of("/sys/devices/system/cpu/cpu" + cpu)); cpu++) {
            String throttle = "/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle";
            if (Files.isDirectory(Path.of(throttle))) {
                paths.add(throttle);
            }
        }
        return paths;
    }

    private static Rlimit clamped(RlimitType type, String name) {
        long hard = HostFiles.hardLimit(name);
        long limit = hard == Rlimit.UNLIMITED ? PODMAN_LIMIT : Math.min(PODMAN_LIMIT, hard);
        return Rlimit.of(type, limit, limit);
    }
}
