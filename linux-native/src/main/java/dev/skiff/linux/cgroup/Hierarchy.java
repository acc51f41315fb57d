package dev.skiff.linux.cgroup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A mounted hierarchy of control groups: cgroups(7).
 *
 * @param version 1 or 2
 * @param mount where it is mounted
 * @param own the directory of the group that this JVM is in
 * @param controllers those that are to be found in this hierarchy, by the names of version 1's and 2's files
 */
record Hierarchy(int version, Path mount, Path own, Set<String> controllers) {
    /** What version 2 does by itself in every group. */
    static final String CORE = "cgroup";

    Hierarchy {
        controllers = Collections.unmodifiableSet(new TreeSet<>(controllers));
    }

    boolean unified() {
        return version == 2;
    }

    /** Whether that group is the one root of a version 2 hierarchy, which may hold processes and hand controllers on. */
    static boolean isTrueRoot(Path group) {
        return !Files.exists(group.resolve("cgroup.type"));
    }
}
