package dev.skiff.run;

import dev.skiff.HostCheck;
import dev.skiff.linux.ContainerDefaults;
import dev.skiff.linux.ControlGroupVersions;
import dev.skiff.linux.KernelFeatures;
import dev.skiff.linux.abi.Architecture;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Rlimit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What there is to say of a host, thing by thing, each with what to do where it is missing. */
final class HostChecks {
    private static final String NOTHING_TO_DO = "";
    private static final Set<String> EXPECTED = Set.of("cpu", "memory", "pids");
    private static final List<NamespaceType> EVERY_CONTAINERS = List.of(
            NamespaceType.PID,
            NamespaceType.MOUNT,
            NamespaceType.IPC,
            NamespaceType.UTS,
            NamespaceType.CGROUP,
            NamespaceType.NETWORK);

    private final HostTraits host;
    private final KernelFeatures kernel;

    HostChecks(HostTraits host) {
        this.host = host;
        this.kernel = host.kernel();
    }

    static HostCheck good(String feature, String found) {
        return new HostCheck(feature, HostCheck.Result.GOOD, found, NOTHING_TO_DO);
    }

    static HostCheck missing(String feature, String found, String remedy) {
        return new HostCheck(feature, HostCheck.Result.MISSING, found, remedy);
    }

    private static HostCheck reduced(String feature, String found, String remedy) {
        return new HostCheck(feature, HostCheck.Result.REDUCED, found, remedy);
    }

    /** Who this user is, and whom a container can have. */
    List<HostCheck> user() {
        if (!host.rootless()) {
            return List.of(good("rights", "root"));
        }
        return List.of(
                good("user namespaces", "can be made by this user"),
                host.manyIds()
                        ? good("subordinate ids", "lent to this user by /etc/subuid and /etc/subgid")
                        : reduced(
                                "subordinate ids",
                                "this user has a single id, so all files of a container belong to one user, and the groups"
                                        + " of this user come along",
                                "add a line such as \"" + System.getProperty("user.name", "me")
                                        + ":100000:65536\" to /etc/subuid and to /etc/subgid, and install newuidmap"
                                        + " (package uidmap)"));
    }

    /** One for each, whether or not a container could be made with all of them. */
    List<HostCheck> namespaces() {
        Stream<HostCheck> every = EVERY_CONTAINERS.stream().map(this::needed);
        return Stream.concat(every, Stream.of(optional(NamespaceType.USER), optional(NamespaceType.TIME)))
                .toList();
    }

    private HostCheck needed(NamespaceType type) {
        HostCheck check = optional(type);
        return check.result() == HostCheck.Result.GOOD
                ? check
                : missing(check.feature(), check.found(), check.remedy());
    }

    private HostCheck optional(NamespaceType type) {
        String feature = "namespace " + type.name().toLowerCase(Locale.ROOT);
        if (!kernel.namespaces().contains(type)) {
            return reduced(feature, "this kernel was built without", "a kernel with " + option(type));
        }
        if (kernel.forbids(type)) {
            String parameter = KernelFeatures.bound(type).replace('/', '.');
            return reduced(feature, parameter + " is 0", "sysctl -w " + parameter + "=10000");
        }
        return good(feature, "there");
    }

    private static String option(NamespaceType type) {
        return switch (type) {
            case MOUNT -> "CONFIG_NAMESPACES";
            case NETWORK -> "CONFIG_NET_NS";
            case CGROUP -> "CONFIG_CGROUPS";
            default -> "CONFIG_" + type.name() + "_NS";
        };
    }

    /**
     * Everything else, in the order of what a container goes through.
     *
     * @param made whether one has been made here, filter and all
     */
    List<HostCheck> others(boolean made) {
        List<HostCheck> checks = new ArrayList<>();
        checks.add(seccomp(made));
        checks.add(capabilities());
        checks.add(good("no new privileges", "can be asked for: noNewPrivileges()"));
        checks.add(groups());
        checks.add(limits());
        checks.add(swap());
        checks.add(devices());
        checks.add(processLimits());
        checks.add(network());
        checks.add(securityModules());
        return checks;
    }

    private HostCheck seccomp(boolean made) {
        List<String> actions = kernel.filterActions();
        if (actions.isEmpty() && !made) {
            return missing(
                    "seccomp",
                    "this kernel cannot filter system calls, or does not say so in /proc/sys/kernel/seccomp",
                    "a kernel with CONFIG_SECCOMP_FILTER; or seccompUnconfined(), for programs that are trusted");
        }
        String conventions = Stream.of(Architecture.values())
                .filter(each -> each.runsOn(Architecture.host()))
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        String answers = actions.isEmpty() ? "" : "; answers: " + String.join(", ", actions);
        return good("seccomp", "the standard filter, for calls of " + conventions + answers);
    }

    private HostCheck capabilities() {
        Set<Capability> lacking = EnumSet.copyOf(ContainerDefaults.capabilities());
        lacking.removeAll(host.capabilities());
        if (lacking.isEmpty()) {
            return good(
                    "capabilities",
                    "all 11 of a container, and "
                            + (host.capabilities().size()
                                    - ContainerDefaults.capabilities().size()) + " to be added by name");
        }
        return reduced(
                "capabilities",
                "this process does not have, and cannot give, "
                        + lacking.stream().map(Privileges::shortName).collect(Collectors.joining(", ")),
                "start the JVM with these in its bounding set");
    }

    private HostCheck groups() {
        ControlGroupVersions groups = host.groups();
        if (!groups.present()) {
            return reduced("control groups", "none are mounted", "mount cgroup2 on /sys/fs/cgroup");
        }
        Map<String, Integer> controllers = groups.controllers();
        String found = groups + (controllers.isEmpty() ? "" : ": " + inWords(controllers));
        if (!groups.usable().isEmpty()) {
            return good("control groups", found);
        }
        return reduced(
                "control groups",
                found + "; none is this user's to use",
                host.rootless() ? Diagnosis.DELEGATE : Diagnosis.MOUNT_GROUPS);
    }

    private static String inWords(Map<String, Integer> controllers) {
        return controllers.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.joining(", "))))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> each.getValue() + " by version " + each.getKey())
                .collect(Collectors.joining("; "));
    }

    private HostCheck limits() {
        Set<String> usable = host.groups().usable();
        Set<String> lacking = new TreeSet<>(EXPECTED);
        lacking.removeAll(usable);
        if (lacking.isEmpty() && host.pauses()) {
            return good("limits", String.join(", ", usable));
        }
        return reduced(
                "limits",
                usable.isEmpty()
                        ? "no control group is ours to make: nothing that a container uses can be limited or counted"
                        : "control groups have " + String.join(", ", usable) + " but not "
                                + (lacking.isEmpty() ? "freezer, to pause with" : String.join(", ", lacking)),
                host.rootless() ? Diagnosis.DELEGATE : Diagnosis.MOUNT_GROUPS);
    }

    private HostCheck swap() {
        return host.countsSwap() || !host.groups().usable().contains("memory")
                ? good("swap", host.groups().usable().contains("memory") ? "counted with memory" : "cannot be limited")
                : reduced(
                        "swap",
                        "not counted: a container at its limit of memory may swap as much as it likes",
                        Diagnosis.COUNT_SWAP);
    }

    private HostCheck devices() {
        if (host.rootless()) {
            return good("devices", "in a user namespace none can be opened but those that are shown");
        }
        return host.limitsDevices()
                ? good("devices", "the kernel lets containers open those that every container has, and no other")
                : reduced(
                        "devices",
                        "nothing but file modes keeps containers from devices that their image holds nodes of",
                        "mount the devices controller of cgroup version 1, or version 2 with CAP_BPF for this JVM");
    }

    private HostCheck processLimits() {
        List<Rlimit> lowered = host.loweredLimits();
        return lowered.isEmpty()
                ? good("limits of a process", "as with Podman")
                : reduced(
                        "limits of a process",
                        "lower than with Podman, as this JVM's own are: "
                                + lowered.stream()
                                        .map(limit -> limit.type() + " " + limit.hard())
                                        .collect(Collectors.joining(", ")),
                        "raise the hard limits of this JVM (LimitNOFILE= and LimitNPROC= of its systemd unit,"
                                + " limits.conf(5))");
    }

    private static HostCheck network() {
        return good("network", "its own for each container: a loopback interface and published ports");
    }

    private HostCheck securityModules() {
        Map<String, String> modules = kernel.securityModules();
        String found = modules.entrySet().stream()
                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                .collect(Collectors.joining(", "));
        if (modules.containsKey("AppArmor") || modules.containsKey("SELinux")) {
            return good(
                    "security modules", found + "; name a profile with apparmor(...), or a label with selinux(...)");
        }
        return reduced(
                "security modules",
                "neither AppArmor nor SELinux is at work" + (found.isEmpty() ? "" : "; there is " + found),
                "boot a kernel that has one with lsm=...,apparmor or lsm=...,selinux");
    }
}
