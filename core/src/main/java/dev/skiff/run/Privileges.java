package dev.skiff.run;

import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Spec;
import java.util.List;
import java.util.Set;

/** Takes back what keeps a container in: {@code --security=insecure} of RUN. Its namespaces stay, so its mounts are still its own. */
final class Privileges {
    private Privileges() {}

    /** Every capability and device, no filter of system calls, nothing masked, and {@code /sys} to be written to. */
    static Spec all(Spec sandboxed, Set<Capability> every) {
        Linux before = sandboxed.linux().orElseGet(Linux::none);
        Linux bare = Linux.none().withNamespaces(before.namespaces()).withSysctl(before.sysctl());
        Linux linux = before.resources()
                .map(limits -> bare.withResources(limits.withDevices(List.of())))
                .orElse(bare);
        return sandboxed
                .withLinux(linux)
                .withProcess(sandboxed.process().orElseThrow().withCapabilities(Capabilities.of(every)))
                .withMounts(
                        sandboxed.mounts().stream().map(Privileges::writable).toList());
    }

    private static Mount writable(Mount mount) {
        List<String> options =
                mount.options().stream().filter(option -> !option.equals("ro")).toList();
        return mount.destination().startsWith("/sys") ? mount.withOptions(options) : mount;
    }
}
