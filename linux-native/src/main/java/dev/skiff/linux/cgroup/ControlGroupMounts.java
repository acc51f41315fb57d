package dev.skiff.linux.cgroup;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The hierarchies of a host, as they are mounted.
 *
 * @param legacy those of version 1: their controllers, by the name of the directory
 * @param unified whether there is one of version 2
 */
public record ControlGroupMounts(Map<String, Set<String>> legacy, boolean unified) {
    public ControlGroupMounts {
        legacy = Collections.unmodifiableMap(new TreeMap<>(legacy));
    }
}
