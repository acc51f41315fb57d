package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** The namespaces of a specification as clone(2), unshare(2) and setns(2) take them. */
final class Namespaces {
    private static final Map<NamespaceType, Integer> FLAGS = Map.of(
            NamespaceType.PID, Flags.CLONE_NEWPID,
            NamespaceType.MOUNT, Flags.CLONE_NEWNS,
            NamespaceType.IPC, Flags.CLONE_NEWIPC,
            NamespaceType.UTS, Flags.CLONE_NEWUTS,
            NamespaceType.NETWORK, Flags.CLONE_NEWNET,
            NamespaceType.CGROUP, Flags.CLONE_NEWCGROUP,
            NamespaceType.USER, Flags.CLONE_NEWUSER,
            NamespaceType.TIME, Flags.CLONE_NEWTIME);

    private static final Map<NamespaceType, String> NAMES = Map.of(
            NamespaceType.PID, "CLONE_NEWPID",
            NamespaceType.MOUNT, "CLONE_NEWNS",
            NamespaceType.IPC, "CLONE_NEWIPC",
            NamespaceType.UTS, "CLONE_NEWUTS",
            NamespaceType.NETWORK, "CLONE_NEWNET",
            NamespaceType.CGROUP, "CLONE_NEWCGROUP",
            NamespaceType.USER, "CLONE_NEWUSER",
            NamespaceType.TIME, "CLONE_NEWTIME");

    private Namespaces() {}

    static List<NamespaceType> types(List<Namespace> namespaces) {
        return namespaces.stream().map(Namespace::type).toList();
    }

    /** With the user namespace, be it that of all of an ordinary user's containers. */
    static List<NamespaceType> withUser(List<Namespace> namespaces) {
        return Stream.concat(Stream.of(NamespaceType.USER), types(namespaces).stream())
                .distinct()
                .toList();
    }

    /** Enters those of a process, all at once. */
    static void join(Program program, Register pidfd, Collection<NamespaceType> types) {
        if (!types.isEmpty()) { // setns(2) takes none for an error
            program.call("setns", pidfd, Arg.named(text(types), flags(types)));
        }
    }

    static int flag(NamespaceType type) {
        return Objects.requireNonNull(FLAGS.get(type));
    }

    static int flags(Collection<NamespaceType> types) {
        return types.stream().mapToInt(Namespaces::flag).reduce(0, (a, b) -> a | b);
    }

    static String text(Collection<NamespaceType> types) {
        StringJoiner text = new StringJoiner("|");
        types.forEach(type -> text.add(NAMES.get(type)));
        return text.toString();
    }
}
