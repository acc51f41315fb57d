package dev.skiff.linux.container;

import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Propagation;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses what a specification asks for and we cannot do. A container that is weaker than asked for is worse than none
 * (runtime-spec, runtime.md: "if the runtime cannot apply a property, it MUST generate an error").
 */
final class Unsupported {
    private final List<String> problems = new ArrayList<>();

    private Unsupported() {}

    /** @param rootless whether whoever makes it has the rights of a user namespace and no more */
    static void check(Spec spec, boolean rootless) {
        Unsupported check = new Unsupported();
        check.refuse(
                "process.terminal", spec.process().filter(Process::terminal).isPresent());
        spec.process().ifPresent(check::process);
        check.container(spec, rootless);
    }

    /** A container that is created, and started by another operation. */
    static void checkCreate(Spec spec, boolean rootless) {
        Unsupported check = new Unsupported();
        spec.process().ifPresentOrElse(check::process, () -> check.refuse("no process", true));
        check.container(spec, rootless);
    }

    private void container(Spec spec, boolean rootless) {
        spec.linux().ifPresentOrElse(this::linux, () -> refuse("no linux section", true));
        names(spec);
        spec.linux().filter(InheritedMounts::areIn).ifPresent(linux -> inheritedMounts(spec, linux, rootless));
        report();
    }

    /** Without a namespace for them, the host would be called so. */
    private void names(Spec spec) {
        boolean own = has(spec, NamespaceType.UTS);
        refuse("hostname without a uts namespace", spec.hostname().isPresent() && !own);
        refuse("domainname without a uts namespace", spec.domainname().isPresent() && !own);
    }

    /** A process that is to join a container. */
    static void check(Process process, boolean terminal) {
        Unsupported check = new Unsupported();
        check.refuse("process.terminal", process.terminal() && !terminal);
        check.process(process);
        check.report();
    }

    private void report() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "the runtime specification has what Skiff cannot do yet: " + String.join(", ", problems));
        }
    }

    private void process(Process process) {
        refuse("process.args that are empty", process.args().isEmpty());
    }

    private void linux(Linux linux) {
        linux.seccomp().flatMap(FilterListener::problem).ifPresent(problems::add);
        // of version 1.3: what a later version has is unknown, and ignored, but this is known and missing
        refuse("linux.memoryPolicy", linux.extra().names().contains("memoryPolicy"));
        boolean mapped = !linux.uidMappings().isEmpty() && !linux.gidMappings().isEmpty();
        boolean user = linux.namespace(NamespaceType.USER).isPresent();
        refuse("linux.uidMappings without a user namespace, or one of user and group alone", mapped != user);
        refuse(
                "linux.timeOffsets without a new time namespace",
                !linux.timeOffsets().isEmpty()
                        && linux.namespace(NamespaceType.TIME)
                                .filter(time -> time.path().isEmpty())
                                .isEmpty());
        refuse(
                "linux.netDevices without a network namespace",
                !linux.netDevices().isEmpty()
                        && linux.namespace(NamespaceType.NETWORK).isEmpty());
    }

    /** What takes a mount namespace of the container's own, where it has the runtime's. */
    private void inheritedMounts(Spec spec, Linux linux, boolean rootless) {
        if (rootless || linux.namespace(NamespaceType.USER).isPresent()) {
            problems.add("linux.namespaces: no mount namespace, and in a user namespace nothing can be mounted in that"
                    + " of the runtime; add {\"type\": \"mount\"}");
            return;
        }
        // they would hide what is still there for a process that gets out of a chroot
        refuse(needsMounts("linux.maskedPaths"), !linux.maskedPaths().isEmpty());
        refuse(needsMounts("linux.readonlyPaths"), !linux.readonlyPaths().isEmpty());
        // what is attached nowhere has no peers
        linux.rootfsPropagation()
                .filter(asked -> asked != Propagation.PRIVATE && asked != Propagation.RPRIVATE)
                .ifPresent(asked -> problems.add(needsMounts("linux.rootfsPropagation " + asked)));
        spec.mounts().stream()
                .filter(Unsupported::hasPeers)
                .forEach(mount -> problems.add(needsMounts("the propagation of the mount " + mount.destination())));
    }

    private static boolean hasPeers(Mount mount) {
        int asked = MountOptions.parse(mount.options(), mount.destination()).propagation();
        return (asked & ~Flags.MS_REC & ~Flags.MS_PRIVATE) != 0;
    }

    private static String needsMounts(String what) {
        return what + " without a mount namespace of its own";
    }

    private boolean has(Spec spec, NamespaceType type) {
        return spec.linux().stream()
                .flatMap(linux -> linux.namespaces().stream())
                .anyMatch(namespace -> namespace.type() == type);
    }

    private void refuse(String what, boolean present) {
        if (present) {
            problems.add(what);
        }
    }
}
