package dev.skiff.linux.container;

import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Which kernel parameters belong to a container's own namespaces: sysctl(8). Any other would be the host's. */
final class Sysctls {
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    /** Where it lies below /proc/sys. Of the two spellings, that with slashes takes dots as they are: sysctl(8). */
    static String path(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        String path = slash < 0 || (dot >= 0 && dot < slash) ? swap(name) : name;
        if (path.isEmpty() || ("/" + path + "/").matches(".*/\\.{0,2}/.*")) {
            throw new IllegalArgumentException("sysctl \"" + name + "\" is no name of a kernel parameter");
        }
        return path;
    }

    /** A dotted name writes the dot of a name within as a slash: {@code net.ipv4.conf.eth0/1.forwarding}. */
    private static String swap(String name) {
        return name.replace('.', '\0').replace('/', '.').replace('\0', '/');
    }

    static void check(String name, List<Namespace> namespaces) {
        String dotted = path(name).replace('/', '.');
        NamespaceType needed;
        if (IPC.contains(dotted) || dotted.startsWith("fs.mqueue.")) {
            needed = NamespaceType.IPC;
        } else if (dotted.startsWith("net.")) {
            needed = NamespaceType.NETWORK;
        } else if (dotted.equals("kernel.domainname")) {
            needed = NamespaceType.UTS;
        } else if (dotted.startsWith("user.")) {
            needed = NamespaceType.USER;
        } else {
            throw new IllegalArgumentException("sysctl " + name + " is the host's, and not any namespace's");
        }
        if (namespaces.stream().noneMatch(namespace -> namespace.type() == needed && !isOurs(namespace))) {
            throw new IllegalArgumentException(
                    "sysctl " + name + " needs a " + needed + " namespace of the container's own");
        }
    }

    /** Whether it is the very namespace that this JVM is in, given by its path. */
    private static boolean isOurs(Namespace namespace) {
        String file = NamespaceFiles.NAMES.getOrDefault(namespace.type(), "");
        return namespace
                .path()
                .map(path -> NamespaceFiles.same(Path.of(path), Path.of("/proc/self/ns/" + file)))
                .orElse(false);
    }
}
