package dev.skiff.run;

import dev.skiff.linux.ControlGroupVersions;
import dev.skiff.linux.KernelFeatures;
import dev.skiff.linux.LinuxHost;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Rlimit;
import java.util.List;
import java.util.Set;

/**
 * What there is to say of a host, apart from what is tried out: a value, so that what would be said of a poorer host can be seen on a
 * richer one.
 *
 * @param rootless whether all is done in a user namespace, as an ordinary user
 * @param manyIds whether more than one id is there
 * @param kernel what the kernel says that it has
 * @param groups the control groups
 * @param pauses whether containers can be paused
 * @param countsSwap whether a limit of memory can count swap
 * @param limitsDevices whether the kernel bounds the devices that containers use
 * @param capabilities those that can be given
 * @param loweredLimits limits of a process that are lower here than elsewhere
 */
record HostTraits(
        boolean rootless,
        boolean manyIds,
        KernelFeatures kernel,
        ControlGroupVersions groups,
        boolean pauses,
        boolean countsSwap,
        boolean limitsDevices,
        Set<Capability> capabilities,
        List<Rlimit> loweredLimits) {
    HostTraits {
        capabilities = Set.copyOf(capabilities);
        loweredLimits = List.copyOf(loweredLimits);
    }

    static HostTraits of(LinuxHost host) {
        return new HostTraits(
                host.rootless(),
                host.manyIds(),
                KernelFeatures.ofThisHost(),
                host.controlGroups(),
                host.pauses(),
                host.countsSwap(),
                host.limitsDevices(),
                host.defaults().everyCapability(),
                host.defaults().loweredLimits());
    }
}
