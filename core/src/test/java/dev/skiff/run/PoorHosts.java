package dev.skiff.run;

import dev.skiff.linux.ContainerDefaults;
import dev.skiff.linux.ControlGroupVersions;
import dev.skiff.linux.KernelFeatures;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Rlimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hosts that have less than this one, or more. */
final class PoorHosts {
    static final ControlGroupVersions VERSION_2 = new ControlGroupVersions(
            false,
            true,
            Map.of("cpu", 2, "cpuset", 2, "io", 2, "memory", 2, "pids", 2),
            Set.of("cpu", "cpuset", "io", "memory", "pids"));

    private PoorHosts() {}

    /** A kernel of files: everything that is looked for is there. */
    static Path kernel(Path directory) throws IOException {
        for (String type : List.of("pid", "mnt", "ipc", "uts", "net", "cgroup", "user", "time")) {
            write(directory, "proc/self/ns/" + type, "");
            write(directory, "proc/sys/user/max_" + type + "_namespaces", "63419");
        }
        write(directory, "proc/sys/kernel/seccomp/actions_avail", "kill_process errno user_notif allow");
        write(directory, "proc/sys/kernel/yama/ptrace_scope", "1");
        write(directory, "sys/module/apparmor/parameters/enabled", "Y");
        return directory;
    }

    static void write(Path directory, String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content + "\n");
    }

    /** An ordinary user's or root's, with all that there is. */
    static HostTraits rich(Path kernel, boolean rootless) {
        return new HostTraits(
                rootless,
                true,
                KernelFeatures.below(kernel),
                VERSION_2,
                true,
                true,
                !rootless,
                EnumSet.allOf(Capability.class),
                List.of());
    }

    /** An ordinary user's with next to nothing. */
    static HostTraits poor(Path kernel, List<Rlimit> loweredLimits) {
        Set<Capability> few = ContainerDefaults.capabilities();
        few.remove(Capability.CAP_SYS_CHROOT);
        ControlGroupVersions withheld =
                new ControlGroupVersions(true, true, Map.of("memory", 1, "pids", 1, "hugetlb", 2), Set.of());
        return new HostTraits(
                true, false, KernelFeatures.below(kernel), withheld, false, false, false, few, loweredLimits);
    }

    /** The same as root, whom the kernel lets have groups that can do little. */
    static HostTraits poorRoot(Path kernel) {
        ControlGroupVersions memory = new ControlGroupVersions(true, false, Map.of("memory", 1), Set.of("memory"));
        return new HostTraits(
                false,
                true,
                KernelFeatures.below(kernel),
                memory,
                false,
                false,
                false,
                ContainerDefaults.capabilities(),
                List.of());
    }
}
