package dev.skiff.linux.container;

import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Refuses what a specification asks for and we cannot do. A container that is weaker than asked for is worse than none
 * (runtime-spec, runtime.md: "if the runtime cannot apply a property, it MUST generate an error").
 */
final class Unsupported {
    private static final Set<NamespaceType> NEEDED = Set.of(NamespaceType.PID, NamespaceType.MOUNT);

    private final List<String> problems = new ArrayList<>();

    private Unsupported() {}

    static void check(Spec spec) {
        Unsupported check = new Unsupported();
        check.refuse("hooks", spec.hooks().isPresent());
        spec.process().ifPresent(check::process);
        spec.linux().ifPresentOrElse(check::linux, () -> check.refuse("no linux section", true));
        if (spec.hostname().isPresent() && !check.has(spec, NamespaceType.UTS)) {
            check.problems.add("hostname without a uts namespace");
        }
        check.report();
    }

    /** A process that is to join a container. */
    static void check(Process process) {
        Unsupported check = new Unsupported();
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
        refuse("process.terminal", process.terminal());
        refuse("process.args that are empty", process.args().isEmpty());
        refuse("process.apparmorProfile", process.apparmorProfile().isPresent());
        refuse("process.selinuxLabel", process.selinuxLabel().isPresent());
    }

    private void linux(Linux linux) {
        refuse("linux.uidMappings", !linux.uidMappings().isEmpty());
        refuse("linux.mountLabel", linux.mountLabel().isPresent());
        refuse("linux.intelRdt", linux.intelRdt().isPresent());
        refuse("linux.timeOffsets", !linux.timeOffsets().isEmpty());
        List<NamespaceType> types = new ArrayList<>();
        for (Namespace namespace : linux.namespaces()) {
            refuse(
                    "linux.namespaces: " + namespace.type() + " by path",
                    namespace.path().isPresent());
            refuse("linux.namespaces: " + namespace.type() + " twice", types.contains(namespace.type()));
            types.add(namespace.type());
        }
        refuse("linux.namespaces: a user namespace of its own", types.contains(NamespaceType.USER));
        refuse("linux.namespaces: a time namespace", types.contains(NamespaceType.TIME));
        for (NamespaceType needed : NEEDED) {
            refuse("linux.namespaces: no " + needed + " namespace", !types.contains(needed));
        }
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
