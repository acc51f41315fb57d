package dev.skiff.linux.container;

import dev.skiff.oci.runtime.NamespaceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The files that stand for namespaces: namespaces(7). */
public final class NamespaceFiles {
    /** Their names below /proc/[pid]/ns. */
    public static final Map<NamespaceType, String> NAMES = Map.of(
            NamespaceType.PID, "pid",
            NamespaceType.MOUNT, "mnt",
            NamespaceType.IPC, "ipc",
            NamespaceType.UTS, "uts",
            NamespaceType.NETWORK, "net",
            NamespaceType.CGROUP, "cgroup",
            NamespaceType.USER, "user",
            NamespaceType.TIME, "time");

    private NamespaceFiles() {}

    /** Whether both stand for one namespace; a file that is not there is not for us to complain of. */
    static boolean same(Path one, Path other) {
        try {
            return Files.exists(one)
                    && Files.getAttribute(one, "unix:ino").equals(Files.getAttribute(other, "unix:ino"))
                    && Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
        } catch (IOException e) {
            throw new UncheckedIOException("compare the namespaces " + one + " and " + other, e);
        }
    }
}
