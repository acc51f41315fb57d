package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.DeviceRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The groups of a container, before they are made.
 *
 * @param groups one in each hierarchy that has something to do with it
 * @param deviceRules what a filter at its version 2 group is to hold; empty if there is none to be loaded
 * @param memoryLimit in bytes, if there is one
 * @param serviceClass its share of caches and memory bandwidth, if it has one of its own
 */
public record GroupPlan(
        List<Group> groups,
        List<DeviceRule> deviceRules,
        Optional<Long> memoryLimit,
        Optional<ServiceClass> serviceClass) {
    /** Of a container that has no groups of its own. */
    public static final GroupPlan NONE = new GroupPlan(List.of(), List.of(), Optional.empty());

    public GroupPlan {
        groups = List.copyOf(groups);
        deviceRules = List.copyOf(deviceRules);
    }

    /** One without a class of service. */
    public GroupPlan(List<Group> groups, List<DeviceRule> deviceRules, Optional<Long> memoryLimit) {
        this(groups, deviceRules, memoryLimit, Optional.empty());
    }

    /** The same with that class of service. */
    public GroupPlan with(Optional<ServiceClass> other) {
        return new GroupPlan(groups, deviceRules, memoryLimit, other);
    }

    /** Less the groups that are so. */
    public GroupPlan without(Predicate<Group> not) {
        return new GroupPlan(groups.stream().filter(not.negate()).toList(), deviceRules, memoryLimit, serviceClass);
    }

    /** The group that a controller's files are in. */
    Optional<Path> of(String controller) {
        return groups.stream()
                .filter(group -> group.has(controller))
                .map(Group::path)
                .findFirst();
    }

    Optional<Path> unified() {
        return groups.stream().filter(Group::unified).map(Group::path).findFirst();
    }

    /** The file that counts what the kernel has killed for want of memory. */
    public Optional<Path> memoryEvents() {
        return groups.stream()
                .filter(group -> group.has("memory"))
                .map(group -> group.path().resolve(group.unified() ? "memory.events" : "memory.oom_control"))
                .findFirst();
    }

    /** Version 1's file that freezes and thaws, where version 2 does not do it. */
    public Optional<Path> freezer() {
        return of("freezer").map(path -> path.resolve("freezer.state"));
    }
}
