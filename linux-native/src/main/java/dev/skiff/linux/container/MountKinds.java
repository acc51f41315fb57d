package dev.skiff.linux.container;

import dev.skiff.oci.runtime.Mount;
import java.util.List;

/** What can be said of mounts without making them. */
public final class MountKinds {
    private MountKinds() {}

    /** The names of the options that are not the file system's own, in the order of the alphabet. */
    public static List<String> options() {
        return MountOptions.names();
    }

    /** Whether it shows something of the host, and is no file system of its own. */
    public static boolean isBind(Mount mount) {
        return Mounts.isBind(mount, MountOptions.parse(mount.options(), mount.destination()));
    }
}
