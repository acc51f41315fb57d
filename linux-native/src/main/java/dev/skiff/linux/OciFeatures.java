package dev.skiff.linux;

import dev.skiff.linux.container.MountKinds;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompFlag;
import dev.skiff.oci.runtime.SeccompOperator;
import dev.skiff.oci.runtime.Spec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@link OciRuntime} can do here: features.md of the specification.
 *
 * @param ociVersionMin the oldest version of the specification that is read
 * @param ociVersionMax the newest
 * @param mountOptions those that are ours; file systems have their own
 */
public record OciFeatures(
        String ociVersionMin,
        String ociVersionMax,
        List<String> hooks,
        List<String> mountOptions,
        LinuxFeatures linux) {

    /** What is Linux's own. */
    public record LinuxFeatures(
            List<String> namespaces,
            List<String> capabilities,
            Switch cgroup,
            SeccompFeatures seccomp,
            Switch apparmor,
            Switch selinux,
            Switch intelRdt,
            Switch netDevices,
            MountExtensions mountExtensions) {
        public LinuxFeatures {
            namespaces = List.copyOf(namespaces);
            capabilities = List.copyOf(capabilities);
        }
    }

    /** Something that is there or not. */
    public record Switch(boolean enabled) {}

    /** What a filter can say. */
    public record SeccompFeatures(
            boolean enabled, List<String> actions, List<String> operators, List<String> supportedFlags) {
        public SeccompFeatures {
            actions = List.copyOf(actions);
            operators = List.copyOf(operators);
            supportedFlags = List.copyOf(supportedFlags);
        }
    }

    /** What mounts can have beside options. */
    public record MountExtensions(Switch idmap) {}

    public OciFeatures {
        hooks = List.copyOf(hooks);
        mountOptions = List.copyOf(mountOptions);
    }

    /** Of this host. */
    public static OciFeatures ofThisHost() {
        Set<String> modules = KernelFeatures.ofThisHost().securityModules().keySet();
        LinuxFeatures linux = new LinuxFeatures(
                Arrays.stream(NamespaceType.values())
                        .map(type -> type.name().toLowerCase(Locale.ROOT))
                        .toList(),
                names(Capability.values()),
                new Switch(true),
                new SeccompFeatures(
                        true,
                        names(SeccompAction.values()),
                        names(SeccompOperator.values()),
                        names(SeccompFlag.values())),
                new Switch(modules.contains("AppArmor")),
                new Switch(modules.contains("SELinux")),
                new Switch(true),
                new Switch(true),
                new MountExtensions(new Switch(true)));
        return new OciFeatures(
                "1.0.0",
                Spec.VERSION,
                List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"),
                MountKinds.options(),
                linux);
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }
}
