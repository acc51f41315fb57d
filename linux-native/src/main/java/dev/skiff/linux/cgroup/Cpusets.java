package dev.skiff.linux.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What groups of version 1's cpuset begin with. A new one has no processors and no memory, and takes no process then, nor does one below
 * it get any: cpuset(7). So what is empty gets its parent's, in the groups on the way that are there already, too; what somebody has
 * set stays.
 */
final class Cpusets {
    private static final List<String> FILES = List.of("cpuset.cpus", "cpuset.mems");

    private final Map<String, String> current = new LinkedHashMap<>();

    private Cpusets(Path top) {
        FILES.forEach(
                file -> current.put(file, GroupFiles.read(top.resolve(file)).trim()));
    }

    /** The same group, which can be joined. */
    static Group filled(Group group) {
        Path first =
                group.above().isEmpty() ? group.path() : group.above().get(0).path();
        Cpusets filling = new Cpusets(Optional.ofNullable(first.getParent()).orElseThrow());
        List<Group.Above> above = group.above().stream().map(filling::fill).toList();
        List<Setting> settings = new ArrayList<>(filling.settings(Map.of()));
        settings.addAll(group.settings());
        return new Group(group.unified(), group.path(), group.controllers(), settings, above);
    }

    private Group.Above fill(Group.Above above) {
        Map<String, String> own = above.missing() ? Map.of() : read(above.path());
        List<Setting> settings = new ArrayList<>(settings(own));
        current.putAll(own);
        settings.addAll(above.settings());
        return new Group.Above(above.path(), settings, above.missing());
    }

    /** What is set in a group already. */
    private static Map<String, String> read(Path group) {
        Map<String, String> own = new LinkedHashMap<>();
        for (String file : FILES) {
            GroupFiles.find(group.resolve(file))
                    .map(String::trim)
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> own.put(file, value));
        }
        return own;
    }

    private List<Setting> settings(Map<String, String> own) {
        return FILES.stream()
                .filter(file -> !own.containsKey(file))
                .map(file ->
                        Setting.of(file, Optional.ofNullable(current.get(file)).orElseThrow()))
                .toList();
    }
}
