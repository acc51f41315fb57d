package dev.skiff.linux.container;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Spec;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the JVM does for a container beside its program.
 *
 * @param userNamespaces files of user namespaces, one for each way in which ids of mounts are mapped
 * @param stages at which the container waits for the JVM
 * @param covered what is on mount points where a tmpfs begins with that, by the mount's destination
 */
public record Preparation(
        Map<IdMaps, String> userNamespaces, Set<Stage> stages, Map<String, List<CoveredFile>> covered) {
    public Preparation {
        userNamespaces = Map.copyOf(userNamespaces);
        stages = Set.copyOf(stages);
        covered = Map.copyOf(covered);
    }

    /** Of a container that needs none. */
    public static Preparation none() {
        return new Preparation(Map.of(), Set.of(), Map.of());
    }

    /** As it would be, for a program that is only to be read. */
    public static Preparation explained(ContainerRequest request, Set<Stage> stages) {
        Map<IdMaps, String> namespaces = new LinkedHashMap<>();
        mapsOf(request).forEach(maps -> namespaces.put(maps, "/proc/[pid]/ns/user"));
        return new Preparation(namespaces, stages, Map.of());
    }

    /** How ids of its mounts are to be mapped. */
    public static Set<IdMaps> mapsOf(ContainerRequest request) {
        Set<IdMaps> all = new LinkedHashSet<>();
        if (isRootMapped(request)) {
            all.add(IdMaps.OWN);
        }
        request.spec()
                .mounts()
                .forEach(mount -> Mounts.idMaps(mount, MountOptions.parse(mount.options(), mount.destination()))
                        .ifPresent(all::add));
        return all;
    }

    static boolean isRootMapped(ContainerRequest request) {
        return request.root() instanceof RootFilesystem.Overlay overlay && overlay.idMapped();
    }

    /** The mount points where a tmpfs begins with what it covers. */
    public static List<String> copiedUp(Spec spec) {
        return spec.mounts().stream()
                .filter(mount ->
                        MountOptions.parse(mount.options(), mount.destination()).copyUp())
                .map(Mount::destination)
                .toList();
    }

    /** Where it waits. */
    public static Set<Stage> stagesOf(Spec spec) {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        Linux linux = spec.linux().orElseGet(Linux::none);
        if (linux.namespace(NamespaceType.USER)
                .filter(user -> user.path().isEmpty())
                .isPresent()) {
            stages.add(Stage.CREATED);
        }
        if (!linux.netDevices().isEmpty()) {
            stages.add(Stage.CREATED);
        }
        Hooks hooks = spec.hooks().orElseGet(Hooks::none);
        if (!hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty()) {
            stages.add(Stage.CREATED);
        }
        if (!hooks.createContainer().isEmpty()) {
            stages.add(Stage.MOUNTED);
        }
        if (!hooks.startContainer().isEmpty()) {
            stages.add(Stage.ENTERED);
        }
        return stages;
    }
}
