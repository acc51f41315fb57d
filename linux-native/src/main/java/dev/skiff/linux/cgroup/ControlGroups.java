package dev.skiff.linux.cgroup;

import dev.skiff.linux.ControlGroupVersions;
import dev.skiff.linux.MissingControllerException;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The control groups of this host, as far as this user may make any: see the package for where they are made. Immutable but for
 * what is asked of the host once, when the first container needs it.
 */
public final class ControlGroups {
    private static final String PREFIX = "skiff-";
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path MEMBERSHIP = Path.of("/proc/self/cgroup");

    /** What every container is counted in where that can be had, limited or not, so that it can be looked at and limited later. */
    private static final Set<String> ALWAYS = Set.of("pids", "memory");

    /** What version 2 does in every group, and version 1 in groups of these. */
    private static final Set<String> INSTEAD_OF_UNIFIED = Set.of("freezer", "cpuacct");

    private final List<Hierarchy> legacy;
    private final Optional<UnifiedPlace> unified;

    private final boolean filters;
    private final List<Hierarchy> mounted;

    private ControlGroups(
            List<Hierarchy> mounted, List<Hierarchy> legacy, Optional<UnifiedPlace> unified, boolean filters) {
        this.mounted = List.copyOf(mounted);
        this.legacy = List.copyOf(legacy);
        this.unified = unified;
        this.filters = filters && unified.isPresent();
    }

    /**
     * Those of this host; found out, not assumed.
     *
     * @param root whether this is the host's root
     * @param filters whether the kernel takes filters for devices of us
     * @param delegation how to get a group where our own is not ours to divide
     */
    public static ControlGroups find(boolean root, boolean filters, Optional<Delegation> delegation) {
        return of(GroupFiles.read(MOUNTS), GroupFiles.read(MEMBERSHIP), root, filters, delegation);
    }

    static ControlGroups of(
            String mountInfo, String membership, boolean root, boolean filters, Optional<Delegation> delegation) {
        List<Hierarchy> all = Hierarchies.parse(mountInfo, membership);
        List<Hierarchy> legacy = all.stream()
                .filter(hierarchy -> !hierarchy.unified() && Files.isWritable(hierarchy.own()))
                .toList();
        return new ControlGroups(
                all,
                legacy,
                all.stream()
                        .filter(Hierarchy::unified)
                        .findFirst()
                        .flatMap(each -> UnifiedPlace.find(each, root, delegation)),
                filters);
    }

    /** None at all, as where this user may make none. */
    public static ControlGroups none() {
        return new ControlGroups(List.of(), List.of(), Optional.empty(), false);
    }

    /** What containers can be limited in here, by the names of version 2. */
    public Set<String> controllers() {
        Set<String> names = new TreeSet<>();
        legacy.forEach(hierarchy -> names.addAll(hierarchy.controllers()));
        if (names.remove("blkio")) {
            names.add("io");
        }
        unified.ifPresent(place -> names.addAll(place.controllers()));
        names.remove(Hierarchy.CORE);
        return names;
    }

    /** All that is mounted, be it ours to use or not. */
    public ControlGroupVersions versions() {
        Map<String, Integer> all = new TreeMap<>();
        for (Hierarchy hierarchy : mounted) {
            hierarchy.controllers().forEach(name -> all.put(name.equals("blkio") ? "io" : name, hierarchy.version()));
        }
        all.remove(Hierarchy.CORE);
        return new ControlGroupVersions(
                mounted.stream().anyMatch(hierarchy -> !hierarchy.unified()),
                mounted.stream().anyMatch(Hierarchy::unified),
                all,
                controllers());
    }

    /** The same, as they are mounted. */
    public ControlGroupMounts mounts() {
        Map<String, Set<String>> legacy = new TreeMap<>();
        mounted.stream()
                .filter(hierarchy -> !hierarchy.unified())
                .forEach(hierarchy -> legacy.put(hierarchy.mount().getFileName().toString(), hierarchy.controllers()));
        return new ControlGroupMounts(legacy, mounted.stream().anyMatch(Hierarchy::unified));
    }

    /** Where the hierarchy of version 2 is mounted, if this user may make groups there. */
    public Optional<Path> unifiedMount() {
        return unified.map(UnifiedPlace::mount);
    }

    /** Whether swap is counted with memory: version 1 does that if the kernel was started so. */
    public boolean countsSwap() {
        return legacyOf("memory")
                .map(hierarchy -> Files.exists(hierarchy.own().resolve("memory.memsw.limit_in_bytes")))
                .orElse(true);
    }

    /** Whether all of a container's processes can be stopped and killed at once. */
    public boolean freezes() {
        return unified.isPresent() || controllers().contains("freezer");
    }

    /** Whether the devices that a container uses can be limited, by a filter of version 2 or a group of version 1. */
    public boolean limitsDevices() {
        return filters || legacyOf("devices").isPresent();
    }

    /** Makes room for groups that limit these; asked of the host once, and before a container's program is run. */
    public void prepare(Resources resources) {
        Set<String> wanted = inUnified(Needed.by(resources));
        unified.filter(place -> !wanted.isEmpty()).ifPresent(place -> place.handDown(wanted));
    }

    private Set<String> inUnified(Set<String> needed) {
        return needed.stream()
                .filter(controller -> !controller.equals(Hierarchy.CORE) // every group has that
                        && unified.isPresent()
                        && unified.get().controllers().contains(controller)
                        && legacyOf(controller).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Optional<Hierarchy> legacyOf(String controller) {
        String name = Needed.inVersion1(controller);
        return legacy.stream()
                .filter(hierarchy -> hierarchy.controllers().contains(name))
                .findFirst();
    }

    /**
     * The groups of a container.
     *
     * @param path where the specification wants them: below the mount of each hierarchy if absolute, else below our own place
     * @throws MissingControllerException if something is to be limited that nobody here can limit for us
     */
    public GroupPlan plan(String id, Optional<String> path, Resources resources) {
        return plan(id, path, resources, false);
    }

    /**
     * The same, with a group in each hierarchy of version 1, whether it limits something there or not: whoever looks after the
     * container counts by them what it uses, and may limit it later.
     */
    public GroupPlan planEverywhere(String id, Optional<String> path, Resources resources) {
        return plan(id, path, resources, true);
    }

    private GroupPlan plan(String id, Optional<String> path, Resources resources, boolean everywhere) {
        Set<String> needed = Needed.by(resources);
        needed.forEach(this::check);
        resources.unified().keySet().forEach(this::checkUnified);
        if (!resources.devices().isEmpty() && !limitsDevices()) {
            throw new MissingControllerException("devices", controllers());
        }
        GroupPath where = GroupPath.of(path, PREFIX + id);
        List<Group> groups = new ArrayList<>();
        for (Hierarchy hierarchy : legacy) {
            if (everywhere || concerns(hierarchy, needed, resources)) {
                groups.add(legacy(hierarchy, where, resources));
            }
        }
        unified.ifPresent(place -> groups.add(unified(place, where, inUnified(needed), resources)));
        Optional<Long> memory = resources.memory().flatMap(Memory::limit).filter(limit -> limit > 0);
        return new GroupPlan(groups, filters ? DeviceRules.complete(resources.devices()) : List.of(), memory);
    }

    private void check(String controller) {
        boolean core = controller.equals(Hierarchy.CORE) && unified.isPresent();
        if (!core && !controllers().contains(controller)) {
            throw new MissingControllerException(controller, controllers());
        }
    }

    /** A file of version 2 is of no use where its controller is in version 1. */
    private void checkUnified(String file) {
        String controller = file.substring(0, file.indexOf('.'));
        boolean here = unified.isPresent() && unified.get().controllers().contains(controller);
        if (!here || legacyOf(controller).isPresent()) {
            throw new MissingControllerException(
                    controller, unified.map(UnifiedPlace::controllers).orElse(Set.of()));
        }
    }

    private boolean concerns(Hierarchy hierarchy, Set<String> needed, Resources resources) {
        Set<String> names = hierarchy.controllers();
        return needed.stream().map(Needed::inVersion1).anyMatch(names::contains)
                || ALWAYS.stream().anyMatch(names::contains)
                || (unified.isEmpty() && INSTEAD_OF_UNIFIED.stream().anyMatch(names::contains))
                || (!filters
                        && names.contains("devices")
                        && !resources.devices().isEmpty());
    }

    private Group legacy(Hierarchy hierarchy, GroupPath where, Resources resources) {
        List<Setting> settings = new ArrayList<>(SettingsV1.of(resources, hierarchy.controllers()));
        if (!filters
                && hierarchy.controllers().contains("devices")
                && !resources.devices().isEmpty()) {
            settings.addAll(SettingsV1.devices(DeviceRules.complete(resources.devices())));
        }
        Group group = where.group(hierarchy, hierarchy.own(), settings, List.of());
        return hierarchy.controllers().contains("cpuset") ? Cpusets.filled(group) : group;
    }

    private static Group unified(UnifiedPlace place, GroupPath where, Set<String> limited, Resources resources) {
        List<Setting> handDown = limited.isEmpty()
                ? List.of()
                : List.of(Setting.of("cgroup.subtree_control", UnifiedPlace.enabling(limited)));
        Set<String> controllers = new TreeSet<>(limited);
        controllers.add(Hierarchy.CORE);
        return where.group(
                new Hierarchy(2, place.mount(), place.own(), place.handedDown(limited)),
                place.parent(limited),
                SettingsV2.of(resources, controllers),
                handDown);
    }

    /** The groups that a container of that id has by default, as far as they are there. */
    public ContainerGroups ofDead(String id) {
        List<Group> groups = new ArrayList<>();
        for (Hierarchy hierarchy : legacy) {
            groups.add(left(false, hierarchy.own().resolve(PREFIX + id), hierarchy.controllers()));
        }
        for (Path place : unified.map(UnifiedPlace::all).orElse(List.of())) {
            groups.add(left(true, place.resolve(PREFIX + id), Set.of(Hierarchy.CORE)));
        }
        GroupPlan all = new GroupPlan(groups, List.of(), Optional.empty());
        return new ContainerGroups(all.without(group -> !Files.isDirectory(group.path())));
    }

    private static Group left(boolean unified, Path path, Set<String> controllers) {
        return new Group(unified, path, controllers, List.of(), List.of());
    }

    private List<Path> places() {
        List<Path> places = new ArrayList<>();
        legacy.forEach(hierarchy -> places.add(hierarchy.own()));
        unified.ifPresent(place -> places.addAll(place.all()));
        return places;
    }

    /** Removes the groups that supervisors have left which were killed. */
    public void sweep() {
        places().forEach(place -> Sweep.run(place, PREFIX));
    }
}
