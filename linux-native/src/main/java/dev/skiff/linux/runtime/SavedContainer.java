package dev.skiff.linux.runtime;

import dev.skiff.linux.cgroup.Group;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.cgroup.ServiceClass;
import dev.skiff.linux.proc.ProcessStat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who a container is.
 *
 * @param bundle the directory that it was made from
 * @param pid of its first process, on the host
 * @param startTime of that, for numbers are given again: field 22 of proc_pid_stat(5)
 * @param groups that were made for it
 * @param serviceClass that it is in
 * @param ownKeyring whether what joins it gets a keyring of its own, as it has
 * @param lines what the lines of its program are that run when it is started, for messages
 */
public record SavedContainer(
        String bundle,
        long pid,
        long startTime,
        List<SavedGroup> groups,
        Optional<SavedClass> serviceClass,
        boolean ownKeyring,
        List<SavedLine> lines) {

    /**
     * A control group.
     *
     * @param unified whether it is of version 2
     * @param above groups that were made to make it in
     */
    public record SavedGroup(boolean unified, String path, Set<String> controllers, List<String> above) {
        public SavedGroup {
            controllers = Set.copyOf(controllers);
            above = List.copyOf(above);
        }
    }

    /**
     * A class of service: a directory of resctrl.
     *
     * @param own whether it was made for the container
     * @param monitor the one in there that was
     */
    public record SavedClass(String path, boolean own, Optional<String> monitor) {}

    /**
     * A line of a program.
     *
     * @param command whether its failure is the command's own fault
     */
    public record SavedLine(
            int number, String call, String arguments, String purpose, String remedy, boolean command) {}

    public SavedContainer {
        groups = List.copyOf(groups);
        lines = List.copyOf(lines);
    }

    /** Its first process, unless that has ended: a zombie has, whoever is to wait for it. */
    public Optional<Long> alive() {
        return isAlive() ? Optional.of(pid) : Optional.empty();
    }

    /** Whether its first process is there, be it that it has ended and nobody has waited for it yet. */
    public boolean isThere() {
        return ProcessStat.of(pid).startTime() == startTime;
    }

    public boolean isAlive() {
        ProcessStat stat = ProcessStat.of(pid);
        return stat.startTime() == startTime && stat.runs();
    }

    /** What is kept of the groups of a plan. */
    public static List<SavedGroup> groupsOf(GroupPlan plan) {
        return plan.groups().stream()
                .map(group -> new SavedGroup(
                        group.unified(),
                        group.path().toString(),
                        group.controllers(),
                        group.above().stream()
                                .filter(Group.Above::missing)
                                .map(above -> above.path().toString())
                                .toList()))
                .toList();
    }

    /** What is kept of its class of service. */
    public static Optional<SavedClass> classOf(GroupPlan plan) {
        return plan.serviceClass()
                .map(each -> new SavedClass(
                        each.path().toString(), each.own(), each.monitor().map(Path::toString)));
    }

    /** The groups again. */
    public GroupPlan plan() {
        List<Group> all = groups.stream()
                .map(group -> new Group(
                        group.unified(),
                        Path.of(group.path()),
                        group.controllers(),
                        List.of(),
                        group.above().stream()
                                .map(path -> new Group.Above(Path.of(path), List.of(), true))
                                .toList()))
                .toList();
        return new GroupPlan(all, List.of(), Optional.empty())
                .with(serviceClass.map(each -> new ServiceClass(
                        Path.of(each.path()),
                        each.own(),
                        List.of(),
                        each.monitor().map(Path::of))));
    }
}
