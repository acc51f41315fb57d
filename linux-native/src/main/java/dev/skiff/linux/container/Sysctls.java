package dev.skiff.linux.container;

import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
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

    static String path(String name) {
        return name.replace('.', '/');
    }

    static void check(String name, List<Namespace> namespaces) {
        String dotted = name.replace('/', '.');
        NamespaceType needed;
        if (IPC.contains(dotted) || dotted.startsWith("fs.mqueue.")) {
            needed = NamespaceType.IPC;
        } else if (dotted.startsWith("net.")) {
            needed = NamespaceType.NETWORK;
        } else if (dotted.equals("kernel.domainname")) {
            needed = NamespaceType.UTS;
        } else {
            throw new IllegalArgumentException("sysctl " + name + " is the host's, and not any namespace's");
        }
        boolean own = namespaces.stream()
                .anyMatch(namespace ->
                        namespace.type() == needed && namespace.path().isEmpty());
        if (!own) {
            throw new IllegalArgumentException("sysctl " + name + " needs a new " + needed + " namespace");
        }
    }
}
