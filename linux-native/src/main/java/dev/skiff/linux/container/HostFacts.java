package dev.skiff.linux.container;

import dev.skiff.linux.cgroup.ControlGroups;

/**
 * What a program has to know of the host.
 *
 * @param rootless whether it runs in a user namespace
 * @param groupsMayBeSet whether setgroups(2) is allowed there
 * @param lastCapability the highest that the kernel knows (/proc/sys/kernel/cap_last_cap)
 * @param capabilities those that there are to be given, as a mask
 * @param groups where containers can be limited, as far as we may
 */
public record HostFacts(
        boolean rootless, boolean groupsMayBeSet, int lastCapability, long capabilities, ControlGroups groups) {}
