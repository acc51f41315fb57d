package dev.skiff.run;

import dev.skiff.Isolation;
import dev.skiff.Isolation.Aspect;
import dev.skiff.Safeguard;
import dev.skiff.Sharing;
import dev.skiff.linux.ContainerDefaults;
import dev.skiff.linux.abi.Architecture;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads from a specification, and from the host that carries it out, how a container is held in. */
final class IsolationReport {
    private static final String NOTHING = "";
    private static final List<NamespaceType> NAMESPACES =
            List.of(NamespaceType.PID, NamespaceType.MOUNT, NamespaceType.IPC, NamespaceType.UTS, NamespaceType.CGROUP);

    private final Spec spec;
    private final Process process;
    private final Linux linux;
    private final Privileges privileges;
    private final Set<Safeguard> lacking;
    private final HostTraits host;
    private final List<Aspect> aspects = new ArrayList<>();

    private IsolationReport(Spec spec, Privileges privileges, Set<Safeguard> lacking, HostTraits host) {
        this.spec = spec;
        this.process = spec.process().orElseThrow();
        this.linux = spec.linux().orElseGet(Linux::none);
        this.privileges = privileges;
        this.lacking = lacking;
        this.host = host;
    }

    /**
     * Says it.
     *
     * @param privileges what the specification was written with, in the words of whoever asked for it
     * @param lacking what was asked for as well, and is not in it
     */
    static Isolation of(Spec spec, Privileges privileges, Set<Safeguard> lacking, HostTraits host) {
        IsolationReport report = new IsolationReport(spec, privileges, lacking, host);
        report.lacking();
        report.user();
        report.namespaces();
        report.network();
        report.capabilities();
        report.seccomp();
        report.systemPaths();
        report.aspects.addAll(IsolationBounds.of(spec, privileges, host));
        report.security();
        return new Isolation(report.aspects);
    }

    private void whole(String name, String found) {
        aspects.add(new Aspect(name, true, found, NOTHING));
    }

    private void weaker(String name, String found, String remedy) {
        aspects.add(new Aspect(name, false, found, remedy));
    }

    private void lacking() {
        for (Safeguard safeguard : lacking) {
            weaker(
                    safeguard.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    "none, though it was asked for: this host cannot give it",
                    "leave out mayLack(Safeguard." + safeguard + ") to learn why, and what would help");
        }
    }

    private void user() {
        if (!linux.uidMappings().isEmpty()) {
            whole(
                    "user",
                    "its root is " + linux.uidMappings().get(0).hostId()
                            + " on this host, its users are that and those that follow");
        } else if (!host.rootless()) {
            weaker(
                    "user",
                    "its root is root of this host",
                    "let it have a user namespace, with userNamespace(UserNamespace.auto()), or run the JVM as an ordinary user");
        } else if (host.manyIds()) {
            whole("user", "its root is an ordinary user of this host, its other users are ids of /etc/subuid");
        } else {
            whole("user", "its root is an ordinary user of this host, and the only user that it has");
            weaker(
                    "groups",
                    "those of this JVM's user come along, for where there is a single id the kernel lets nobody leave them",
                    "give this user ranges in /etc/subuid and /etc/subgid");
        }
    }

    private void namespaces() {
        for (NamespaceType type : NAMESPACES) {
            String name = type.name().toLowerCase(Locale.ROOT);
            Sharing sharing = privileges.shared().get(type);
            if (sharing != null) {
                weaker("namespace " + name, of(sharing), "leave out " + name + "(...)");
            } else if (linux.namespace(type).isPresent()) {
                whole("namespace " + name, "its own");
            } else {
                weaker("namespace " + name, of(Sharing.host()), NOTHING);
            }
        }
        whole("namespace time", "the host's: no container has clocks of its own, nor may it set these");
    }

    private static String of(Sharing sharing) {
        return sharing instanceof Sharing.Host ? "the host's" : "that of " + sharing;
    }

    private void network() {
        Sharing shared = privileges.shared().get(NamespaceType.NETWORK);
        boolean own = linux.namespaces().stream().anyMatch(namespace -> namespace.type() == NamespaceType.NETWORK);
        if (own && shared == null) {
            whole("network", "its own: a loopback interface and published ports");
        } else {
            weaker("network", of(shared == null ? Sharing.host() : shared), "let it have its own");
        }
    }

    private void capabilities() {
        Set<Capability> given = EnumSet.noneOf(Capability.class);
        process.capabilities().ifPresent(sets -> given.addAll(sets.bounding()));
        given.retainAll(host.capabilities());
        Set<Capability> standard = EnumSet.copyOf(given);
        standard.retainAll(ContainerDefaults.capabilities());
        Set<Capability> more = EnumSet.copyOf(given);
        more.removeAll(standard);
        String count = standard.size() + " of the 11 standard ones";
        if (more.isEmpty()) {
            whole("capabilities", count);
        } else {
            weaker(
                    "capabilities",
                    count + ", and " + more.stream().map(Privileges::shortName).collect(Collectors.joining(", ")),
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
            return;
        }
        String profile =
                privileges.seccomp().map(filter -> "the profile " + filter).orElse("the standard filter");
        whole(
                "seccomp",
                profile + ", for calls of " + conventions(linux.seccomp().get()));
    }

    /** Those that a filter names besides the machine's own; calls of any other end the process. */
    private static String conventions(Seccomp seccomp) {
        Set<String> names = new TreeSet<>();
        names.add(spoken(Architecture.host().specName()));
        seccomp.architectures().forEach(each -> names.add(spoken(each.name())));
        String all = String.join(", ", names);
        return names.contains(spoken("SCMP_ARCH_X86"))
                ? all + " (a 32-bit program names the family of a socket where no filter looks: socketcall(2))"
                : all;
    }

    private static String spoken(String specName) {
        return specName.replace("SCMP_ARCH_", NOTHING).toLowerCase(Locale.ROOT);
    }

    private void systemPaths() {
        if (linux.maskedPaths().isEmpty()) {
            weaker(
                    "system paths",
                    "nothing of /proc and /sys is hidden",
                    "leave out " + (privileges.everything() ? "privileged()" : "systemPathsUnconfined()"));
        } else {
            whole(
                    "system paths",
                    linux.maskedPaths().size() + " hidden, "
                            + linux.readonlyPaths().size() + " read-only");
        }
        whole(
                "root",
                spec.root().map(Root::readonly).orElse(false)
                        ? "read-only"
                        : "what is written there goes with the container; readOnly() forbids it");
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
        Set<String> modules = host.kernel().securityModules().keySet();
        if (modules.contains("AppArmor") || modules.contains("SELinux")) {
            weaker(
                    "security module",
                    "none applied, though the kernel has " + String.join(", ", modules),
                    "name a profile with apparmor(...) or a label with selinux(...)");
        } else {
            weaker("security module", "the kernel of this host has neither AppArmor nor SELinux at work", NOTHING);
        }
    }
}
