package dev.skiff.linux.abi;

import java.util.Map;
import java.util.Optional;

/** The kernels that brought the calls which some kernel, or some filter around this JVM, may not have: "VERSIONS" of their manual pages. */
public final class SyscallSince {
    private static final Map<String, KernelVersion> FIRST = Map.ofEntries(
            Map.entry("bpf", new KernelVersion(3, 18)),
            Map.entry("clone3", new KernelVersion(5, 3)),
            Map.entry("close_range", new KernelVersion(5, 9)),
            Map.entry("fsconfig", new KernelVersion(5, 2)),
            Map.entry("fsmount", new KernelVersion(5, 2)),
            Map.entry("fsopen", new KernelVersion(5, 2)),
            Map.entry("memfd_create", new KernelVersion(3, 17)),
            Map.entry("mount_setattr", new KernelVersion(5, 12)),
            Map.entry("move_mount", new KernelVersion(5, 2)),
            Map.entry("open_tree", new KernelVersion(5, 2)),
            Map.entry("openat2", new KernelVersion(5, 6)),
            Map.entry("pidfd_getfd", new KernelVersion(5, 6)),
            Map.entry("pidfd_open", new KernelVersion(5, 3)),
            Map.entry("pidfd_send_signal", new KernelVersion(5, 1)),
            Map.entry("renameat2", new KernelVersion(3, 15)),
            Map.entry("sched_setattr", new KernelVersion(3, 14)),
            Map.entry("seccomp", new KernelVersion(3, 17)),
            Map.entry("statx", new KernelVersion(4, 11)));

    private SyscallSince() {}

    /** The first kernel that has the call; empty for one that all have. */
    public static Optional<KernelVersion> kernel(String call) {
        return Optional.ofNullable(FIRST.get(call));
    }
}
