package dev.skiff.linux;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The control groups that a host has mounted, be they ours to use or not: cgroups(7).
 *
 * @param first whether there are hierarchies of version 1
 * @param second whether there is that of version 2
 * @param controllers which of the two each controller is in, by the names of version 2
 * @param usable those of them that containers of ours can be limited by
 */
public record ControlGroupVersions(
        boolean first, boolean second, Map<String, Integer> controllers, Set<String> usable) {
    public ControlGroupVersions {
        controllers = Collections.unmodifiableMap(new TreeMap<>(controllers));
        usable = Collections.unmodifiableSet(new TreeSet<>(usable));
    }

    /** Of a host that has none mounted. */
    public static ControlGroupVersions none() {
        return new ControlGroupVersions(false, false, Map.of(), Set.of());
    }

    /** Whether anything of it is mounted. */
    public boolean present() {
        return first || second;
    }

    /** What the host has, and does not let us use. */
    public Set<String> withheld() {
        Set<String> names = new TreeSet<>(controllers.keySet());
        names.removeAll(usable);
        return names;
    }

    /** Such as {@code version 2}, or {@code version 1 and 2 (hybrid)}. */
    @Override
    public String toString() {
        if (first && second) {
            return "version 1 and 2 (hybrid)";
        }
        return first ? "version 1" : second ? "version 2" : "not mounted";
    }
}
