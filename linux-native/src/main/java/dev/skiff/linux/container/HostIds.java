package dev.skiff.linux.container;

import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import java.util.List;

/** What ids of a container are outside of its own user namespace. */
final class HostIds {
    private HostIds() {}

    static long user(Linux linux, int id) {
        return of(linux.uidMappings(), id, "user");
    }

    static long group(Linux linux, int id) {
        return of(linux.gidMappings(), id, "group");
    }

    private static long of(List<IdMapping> maps, int id, String kind) {
        return maps.stream()
                .filter(map -> id >= map.containerId() && id - map.containerId() < map.size())
                .findFirst()
                .map(map -> map.hostId() + id - map.containerId())
                .orElseThrow(() -> new IllegalArgumentException(
                        "the " + kind + " " + id + " of the process is not in the maps of its user namespace"));
    }
}
