package dev.skiff.linux.container;

import java.util.List;

/** The names of the options of mounts that are not the file system's own. */
public final class MountOptionNames {
    private MountOptionNames() {}

    /** All, in the order of the alphabet. */
    public static List<String> all() {
        return MountOptions.names();
    }
}
