package dev.skiff.run;

import dev.skiff.Isolation;
import dev.skiff.Isolation.Aspect;
import dev.skiff.Sharing;
import dev.skiff.linux.ContainerDefaults;
import dev.skiff.linux.LinuxHost;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads from a specification, and from the host that carries it out, how a container is held in. */
final class IsolationReport {
    private static final String NOTHING = "";

    private final Spec spec;
    private final Process process;
    private final Linux linux;
    private final Privileges privileges;
    private final LinuxHost host;
    private final List<Aspect> aspects = new ArrayList<>();

    private IsolationReport(Spec spec, Privileges privileges, LinuxHost host) {
        this.spec = spec;
        this.process = spec.process().orElseThrow();
        this.linux = spec.linux().orElseGet(Linux::none);
        this.privileges = privileges;
        this.host = host;
    }

    /** @param privileges what the specification was written with, in the words of whoever asked for it */
    static Isolation of(Spec spec, Privileges privileges, LinuxHost host) {
        IsolationReport report = new IsolationReport(spec, privileges, host);
        report.user();
        report.namespaces();
        report.capabilities();
        report.seccomp();
        report.systemPaths();
        report.processes();
        report.network();
        report.security();
        return new Isolation(report.aspects);
    }

    private void whole(String name, String found) {
        aspects.add(new Aspect(name, true, found, NOTHING));
    }

    private void weaker(String name, String found, String remedy) {
        aspects.add(new Aspect(name, false, found, remedy));
    }

    private void user() {
        if (!host.rootless()) {
            weaker(
                    "user",
                    "its root is root of this host",
                    "run the JVM as an ordinary user, whom a container cannot exceed");
        } else if (host.manyIds()) {
            whole("user", "its root is an ordinary user of this host, its other users are ids of /etc/subuid");
        } else {
            whole("user", "its root is an ordinary user of this host, and the only user that it has");
        }
    }

    private void namespaces() {
        Set<NamespaceType> own = EnumSet.noneOf(NamespaceType.class);
        linux.namespaces().stream()
                .filter(namespace -> namespace.path().isEmpty())
                .map(Namespace::type)
                .forEach(own::add);
        String names = own.stream().map(IsolationReport::lower).collect(Collectors.joining(", "));
        Map<NamespaceType, Sharing> shared = privileges.shared();
        if (shared.isEmpty()) {
            whole("namespaces", names + (host.rootless() ? ", user" : NOTHING));
            return;
        }
        String others = shared.entrySet().stream()
                .map(entry -> lower(entry.getKey()) + " of " + entry.getValue())
                .collect(Collectors.joining(", "));
        weaker("namespaces", "own: " + names + "; shared: " + others, "do not share them");
    }

    private static String lower(NamespaceType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private void capabilities() {
        Set<Capability> more = EnumSet.noneOf(Capability.class);
        process.capabilities().ifPresent(sets -> more.addAll(sets.bounding()));
        int count = more.size();
        more.removeAll(ContainerDefaults.capabilities());
        if (more.isEmpty()) {
            whole("capabilities", count + " of the 11 standard ones");
        } else {
            weaker(
                    "capabilities",
                    "besides standard ones: "
                            + more.stream().map(Privileges::shortName).collect(Collectors.joining(", ")),
                    "add only what the program needs");
        }
        whole(
                "new privileges",
                process.noNewPrivileges()
                        ? "cannot be gained by any program"
                        : "set-user-id programs work, within these capabilities; noNewPrivileges() forbids that");
    }

    private void seccomp() {
        if (linux.seccomp().isEmpty()) {
            weaker(
                    "seccomp",
                    "no filter",
                    "leave out " + (privileges.everything() ? "privileged()" : "seccompUnconfined()"));
        } else if (privileges.seccomp().isPresent()) {
            whole("seccomp", "the profile " + privileges.seccomp().get());
        } else {
            whole("seccomp", "the standard filter");
        }
    }

    private void systemPaths() {
        if (linux.maskedPaths().isEmpty()) {
            weaker("system paths", "nothing of /proc and /sys is hidden", "leave out what opened them");
        } else {
            whole(
                    "system paths",
                    linux.maskedPaths().size() + " hidden, "
                            + linux.readonlyPaths().size() + " read-only");
        }
        if (spec.root()
                .flatMap(root -> root.readonly() ? Optional.of(root) : Optional.empty())
                .isPresent()) {
            whole("root", "read-only");
        }
    }

    private void processes() {
        linux.resources()
                .flatMap(Resources::pids)
                .ifPresentOrElse(
                        pids -> whole("processes", "at most " + pids.limit()),
                        () -> weaker(
                                "processes",
                                "as many as this user may have",
                                "run as root, or have the pids controller delegated to this user"));
    }

    private void network() {
        Sharing shared = privileges.shared().get(NamespaceType.NETWORK);
        boolean own = linux.namespaces().stream().anyMatch(namespace -> namespace.type() == NamespaceType.NETWORK);
        if (own && shared == null) {
            whole("network", "its own: a loopback interface and published ports");
        } else {
            weaker("network", shared == null ? "the host's" : "that of " + shared, "let it have its own");
        }
    }

    private void security() {
        if (process.apparmorProfile().isPresent() || process.selinuxLabel().isPresent()) {
            whole(
                    "security module",
                    process.apparmorProfile()
                            .map(name -> "AppArmor: " + name)
                            .orElseGet(
                                    () -> "SELinux: " + process.selinuxLabel().orElse(NOTHING)));
            return;
        }
        List<String> modules = SecurityModules.active();
        if (modules.isEmpty()) {
            weaker("security module", "this kernel has neither AppArmor nor SELinux switched on", NOTHING);
        } else {
            weaker(
                    "security module",
                    "none applied, though the kernel has " + String.join(" and ", modules),
                    "name a profile with apparmor(...) or a label with selinux(...)");
        }
    }
}
