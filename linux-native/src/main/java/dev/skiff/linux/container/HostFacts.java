package dev.skiff.linux.container;

import dev.skiff.linux.cgroup.PidsController;
import java.util.Optional;

/**
 * What a program has to know of the host.
 *
 * @param rootless whether it runs in a user namespace
 * @param groupsMayBeSet whether setgroups(2) is allowed there
 * @param lastCapability the highest that the kernel knows (/proc/sys/kernel/cap_last_cap)
 * @param pids where the number of processes can be limited, if we may
 */
public record HostFacts(boolean rootless, boolean groupsMayBeSet, int lastCapability, Optional<PidsController> pids) {}
