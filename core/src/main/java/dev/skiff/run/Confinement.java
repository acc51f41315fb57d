package dev.skiff.run;

import dev.skiff.ContainerState;
import dev.skiff.Safeguard;
import dev.skiff.Sharing;
import dev.skiff.StartException;
import dev.skiff.linux.ContainerDefaults;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Writes privileges into a specification that has the defaults. What this host cannot give is an error, never less. */
final class Confinement {
    private static final int MOST_PROFILE_BYTES = 4 << 20;
    private static final String QUEUES = "/dev/mqueue";

    private final String who;
    private final Privileges privileges;
    private final Allowance allowance;
    private final ContainerDefaults defaults;
    private final Supplier<Set<String>> modules;

    /** @param modules the security modules that are at work here, asked for when there is need */
    Confinement(
            String who,
            Privileges privileges,
            Allowance allowance,
            ContainerDefaults defaults,
            Supplier<Set<String>> modules) {
        this.who = who;
        this.privileges = privileges;
        this.allowance = allowance;
        this.defaults = defaults;
        this.modules = modules;
    }

    /** @throws StartException for what cannot be had */
    Spec write(Spec spec) {
        if (privileges.equals(Privileges.NONE)) {
            return spec;
        }
        Set<Capability> capabilities = capabilities();
        Process process = spec.process().orElseThrow();
        Linux linux = spec.linux().orElseGet(Linux::none);
        linux = seccomp(linux, capabilities);
        linux = linux.withNamespaces(namespaces(linux.namespaces()));
        linux = devices(linux, new HostDevices(who).of(privileges));
        if (privileges.everything() || privileges.openSystemPaths()) {
            linux = linux.withMaskedPaths(List.of()).withReadonlyPaths(List.of());
        }
        if (shares(NamespaceType.NETWORK)) {
            linux = linux.withSysctl(withoutNetwork(linux.sysctl())); // those are not the container's to set
        }
        Spec named = shares(NamespaceType.UTS) ? spec.withoutHostname() : spec;
        if (privileges.shared().get(NamespaceType.IPC) instanceof Sharing.Host && defaults.inUserNamespace()) {
            named = withHostsQueues(named);
        }
        return withWritableSystem(named).withLinux(linux).withProcess(process(process, capabilities));
    }

    private boolean shares(NamespaceType type) {
        return privileges.shared().containsKey(type);
    }

    private static Map<String, String> withoutNetwork(Map<String, String> sysctls) {
        Map<String, String> others = new LinkedHashMap<>(sysctls);
        others.keySet().removeIf(name -> name.startsWith("net."));
        return others;
    }

    private Set<Capability> capabilities() {
        Set<Capability> every = defaults.everyCapability();
        Set<Capability> given = privileges.capabilities(ContainerDefaults.capabilities(), every);
        Set<Capability> missing = EnumSet.noneOf(Capability.class);
        missing.addAll(privileges.added());
        missing.removeAll(every);
        missing.removeAll(privileges.dropped());
        if (!missing.isEmpty()) {
            throw failure("this process does not have "
                    + missing.stream().map(Privileges::shortName).collect(Collectors.joining(", "))
                    + " itself, so it cannot give it; start the JVM with it in its bounding set");
        }
        given.retainAll(every);
        return given;
    }

    private Process process(Process process, Set<Capability> capabilities) {
        Process given = process.withCapabilities(privileges.sets(process.user().uid(), capabilities));
        if (privileges.apparmor().isPresent() && has("AppArmor", Safeguard.APPARMOR)) {
            given = given.withApparmorProfile(privileges.apparmor().get());
        }
        if (privileges.selinux().isPresent() && has("SELinux", Safeguard.SELINUX)) {
            given = given.withSelinuxLabel(privileges.selinux().get());
        }
        return given;
    }

    private boolean has(String module, Safeguard safeguard) {
        Set<String> atWork = modules.get();
        if (atWork.contains(module)) {
            return true;
        }
        String asked = safeguard == Safeguard.APPARMOR
                ? "the AppArmor profile " + privileges.apparmor().orElseThrow()
                : "the SELinux label " + privileges.selinux().orElseThrow();
        allowance.leaveOut(
                safeguard,
                asked + ": " + module + " is not at work in the kernel of this host ("
                        + (atWork.isEmpty() ? "no security module is" : String.join(", ", atWork) + " is")
                        + "); boot one with lsm=..." + module.toLowerCase(Locale.ROOT));
        return false;
    }

    private Linux seccomp(Linux linux, Set<Capability> capabilities) {
        Optional<Privileges.Filter> filter = privileges.seccomp();
        if (filter.isEmpty()) {
            return privileges.everything()
                    ? linux.withoutSeccomp()
                    : linux.withSeccomp(ContainerDefaults.seccomp(capabilities));
        }
        Optional<Path> profile = filter.get().profile();
        return profile.isPresent() ? linux.withSeccomp(profile(profile.get(), capabilities)) : linux.withoutSeccomp();
    }

    private Seccomp profile(Path file, Set<Capability> capabilities) {
        try {
            if (Files.size(file) > MOST_PROFILE_BYTES) {
                throw failure("the seccomp profile " + file + " has more than " + MOST_PROFILE_BYTES + " bytes");
            }
            return ContainerDefaults.seccomp(Files.readAllBytes(file), capabilities);
        } catch (IOException e) {
            throw new StartException(who + ": read the seccomp profile " + file + ": " + e.getMessage(), e);
        } catch (JsonException | IllegalArgumentException e) {
            throw new StartException(who + ": the seccomp profile " + file + ": " + e.getMessage(), e);
        }
    }

    /** Where devices are limited, those that were asked for are let through; to a privileged container all are. */
    private Linux devices(Linux linux, List<Device> devices) {
        Linux with = linux.withDevices(devices);
        Resources resources = linux.resources().orElseGet(Resources::none);
        if (resources.devices().isEmpty()) {
            return with;
        }
        List<DeviceRule> rules = new ArrayList<>();
        if (!privileges.everything()) {
            rules.addAll(resources.devices());
            devices.forEach(device -> rules.add(DeviceRule.allow(
                    device.type(), device.major().orElseThrow(), device.minor().orElseThrow(), "rwm")));
        }
        return with.withResources(resources.withDevices(rules));
    }

    private List<Namespace> namespaces(List<Namespace> own) {
        List<Namespace> all = new ArrayList<>();
        for (Namespace namespace : own) {
            Sharing sharing = privileges.shared().get(namespace.type());
            if (sharing == null) {
                all.add(namespace);
            } else if (sharing instanceof Sharing.With with) {
                all.add(namespace.withPath(path(namespace.type(), with)));
            }
        }
        return all;
    }

    private String path(NamespaceType type, Sharing.With with) {
        if (!(with.container() instanceof RunningContainer other)
                || !(other.state() instanceof ContainerState.Running)) {
            throw failure("the container " + with.container().id() + " whose " + type
                    + " namespace it is to share does not run");
        }
        return "/proc/" + other.started().join() + "/ns/" + file(type);
    }

    private static String file(NamespaceType type) {
        return switch (type) {
            case NETWORK -> "net";
            case MOUNT -> "mnt";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** The queues are of the host's namespace: where they are mounted they can be shown, but not be mounted once more. */
    private static Spec withHostsQueues(Spec spec) {
        List<Mount> mounts = new ArrayList<>();
        for (Mount mount : spec.mounts()) {
            if (!mount.destination().equals(QUEUES)) {
                mounts.add(mount);
            } else if (Files.isDirectory(Path.of(QUEUES))) {
                mounts.add(Mount.bind(QUEUES, QUEUES).plusOptions("nosuid", "noexec", "nodev"));
            }
        }
        return spec.withMounts(mounts);
    }

    /** A privileged container may change the kernel's settings. */
    private Spec withWritableSystem(Spec spec) {
        if (!privileges.everything()) {
            return spec;
        }
        return spec.withMounts(spec.mounts().stream()
                .map(mount -> mount.destination().startsWith("/sys") ? writable(mount) : mount)
                .toList());
    }

    private static Mount writable(Mount mount) {
        return mount.withOptions(
                mount.options().stream().filter(option -> !option.equals("ro")).toList());
    }

    private StartException failure(String problem) {
        return new StartException(who + ": " + problem, null);
    }
}
