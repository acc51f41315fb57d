package dev.skiff.linux.container;

import dev.skiff.oci.runtime.IdMapping;
import java.util.List;
import java.util.stream.Collectors;

/** How the user and group ids of a user namespace lie on the host: user_namespaces(7). Both empty: as the container's own do. */
public record IdMaps(List<IdMapping> users, List<IdMapping> groups) {
    /** As the container's own do. */
    static final IdMaps OWN = new IdMaps(List.of(), List.of());

    public IdMaps {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    /** As /proc/[pid]/uid_map takes them. */
    public static String text(List<IdMapping> ids) {
        return ids.stream()
                .map(map -> map.containerId() + " " + map.hostId() + " " + map.size())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Override
    public String toString() {
        return "users " + text(users).trim() + ", groups " + text(groups).trim();
    }
}
