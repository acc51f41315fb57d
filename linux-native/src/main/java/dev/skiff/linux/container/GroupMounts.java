package dev.skiff.linux.container;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.cgroup.ControlGroupMounts;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.NamespaceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is mounted in a container for its control groups. {@code cgroup2} is the unified hierarchy. {@code cgroup} is what the host has: the
 * same, or with version 1 a directory for each of its hierarchies, and one for the unified beside them.
 */
final class GroupMounts {
    private static final Set<String> READ_ONLY = Set.of("ro", "rro");

    private final boolean own;
    private final List<Mount> asked;
    private final ControlGroupMounts host;

    GroupMounts(Linux linux, List<Mount> asked, ControlGroupMounts host) {
        this.own = linux.namespace(NamespaceType.CGROUP).isPresent();
        this.asked = asked;
        this.host = host;
    }

    /** All mounts that were asked for, with those for control groups as they are here. */
    List<Mount> all() {
        return asked.stream().flatMap(this::mounts).toList();
    }

    private Stream<Mount> mounts(Mount mount) {
        if (!isGroups(mount)) {
            return Stream.of(mount);
        }
        if (!own) {
            return Stream.of(hosts(mount));
        }
        return isLegacy(mount)
                ? hierarchies(mount)
                : Stream.of(Mount.of(mount.destination(), "cgroup2", "cgroup", mount.options()));
    }

    private static boolean isGroups(Mount mount) {
        String type = mount.type().orElse("");
        return type.equals("cgroup") || type.equals("cgroup2");
    }

    private boolean isLegacy(Mount mount) {
        return mount.type().orElse("").equals("cgroup") && !host.legacy().isEmpty();
    }

    /**
     * What is mounted for the control groups of a container that has no view of its own of them: the host's, to be read and no
     * more (CVE-2023-25809).
     */
    private static Mount hosts(Mount mount) {
        return Mount.bind("/sys/fs/cgroup", mount.destination()).plusOptions("rro", "rnosuid", "rnodev", "rnoexec");
    }

    /** Of each hierarchy the container's own cgroup namespace shows the container's group as the root. */
    private Stream<Mount> hierarchies(Mount mount) {
        List<Mount> all = new ArrayList<>();
        String top = mount.destination();
        List<String> writable = mount.options().stream()
                .filter(option -> !READ_ONLY.contains(option))
                .toList();
        all.add(Mount.of(top, "tmpfs", "cgroup", plus(writable, List.of("mode=755"))));
        host.legacy()
                .forEach((name, controllers) -> all.add(Mount.of(
                        top + "/" + name, "cgroup", "cgroup", plus(mount.options(), List.copyOf(controllers)))));
        if (host.unified()) {
            all.add(Mount.of(top + "/unified", "cgroup2", "cgroup", mount.options()));
        }
        if (writable.size() < mount.options().size()) {
            all.add(Mount.of(top, "tmpfs", "cgroup", plus(mount.options(), List.of("remount"))));
        }
        return all.stream();
    }

    private static List<String> plus(List<String> options, List<String> more) {
        return Stream.concat(options.stream(), more.stream()).toList();
    }

    /** Beside what tmpfs mounts cover: a controller that shares its hierarchy is found by its own name too. */
    Map<String, List<CoveredFile>> withLinks(Map<String, List<CoveredFile>> covered) {
        Map<String, List<CoveredFile>> all = new LinkedHashMap<>(covered);
        asked.stream().filter(mount -> own && isLegacy(mount)).forEach(mount -> all.put(mount.destination(), links()));
        return all;
    }

    private List<CoveredFile> links() {
        return host.legacy().entrySet().stream()
                .flatMap(hierarchy -> hierarchy.getValue().stream()
                        .filter(controller -> !controller.equals(hierarchy.getKey()))
                        .map(controller -> new CoveredFile(
                                RawPath.of(controller),
                                FileMetadata.symlink(),
                                Optional.of(hierarchy.getKey().getBytes(StandardCharsets.UTF_8)))))
                .toList();
    }
}
