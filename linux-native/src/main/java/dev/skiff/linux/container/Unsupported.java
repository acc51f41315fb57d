package dev.skiff.linux.container;

import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
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

    static void check(Spec spec) {
        Unsupported check = new Unsupported();
        check.refuse(
                "process.terminal", spec.process().filter(Process::terminal).isPresent());
        spec.process().ifPresent(check::process);
        spec.linux().ifPresentOrElse(check::linux, () -> check.refuse("no linux section", true));
        check.names(spec);
        check.report();
    }

    /** A container that is created, and started by another operation. */
    static void checkCreate(Spec spec) {
        Unsupported check = new Unsupported();
        spec.process().ifPresentOrElse(check::process, () -> check.refuse("no process", true));
        spec.linux().ifPresentOrElse(check::linux, () -> check.refuse("no linux section", true));
        check.names(spec);
        check.report();
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
        refuse(
                "linux.namespaces: no mount namespace",
                linux.namespace(NamespaceType.MOUNT).isEmpty());
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
