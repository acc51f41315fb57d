package dev.skiff.linux.cgroup;

import dev.skiff.linux.MissingControllerException;
import dev.skiff.linux.proc.ProcessStat;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Resources;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The groups of a container that is there, or was: what this JVM does with them itself. */
public final class ContainerGroups {
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_FAILURE = Duration.ofMillis(200);
    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 2_000_000;

    private final GroupPlan plan;

    public ContainerGroups(GroupPlan plan) {
        this.plan = plan;
    }

    /** Those of a container that is about to be started; a group that is there already is somebody else's. */
    public static ContainerGroups toBeMade(GroupPlan plan) {
        return new ContainerGroups(plan.without(group -> Files.exists(group.path())));
    }

    /**
     * Removes what a container has left whose supervisor is gone. Processes that are still there are killed: one that runs a
     * set-user-id program, or that asked for it, does not die with its parent (prctl(2), PR_SET_PDEATHSIG).
     *
     * @return what is still there after 10 seconds; empty, as almost always, if nothing is
     */
    public Optional<String> destroy() {
        return destroy(LONGEST_DEATH, LONGEST_DEATH);
    }

    /**
     * The same, for one who comes again: a process that waits for a disk or a network file system, and cannot be killed as long as it
     * does, is waited for a second only.
     */
    public Optional<String> destroyIfItDies() {
        return destroy(LONGEST_DEATH, SHORTEST_WAIT);
    }

    Optional<String> destroy(Duration longest, Duration longestInDiskSleep) {
        Instant start = Instant.now();
        while (!remove()) {
            Duration waited = Duration.between(start, Instant.now());
            if (waited.compareTo(longest) > 0 || (waited.compareTo(longestInDiskSleep) > 0 && isInDiskSleep())) {
                return Optional.of(remains(waited));
            }
            kill();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return Optional.empty();
    }

    private boolean isInDiskSleep() {
        return processes().stream().anyMatch(pid -> ProcessStat.of(pid).isInDiskSleep());
    }

    private String remains(Duration waited) {
        String groups = plan.groups().stream()
                .map(group -> group.path().toString())
                .filter(path -> Files.exists(Path.of(path)))
                .collect(Collectors.joining(", "));
        return "control group " + groups + " is still there " + waited.toSeconds()
                + " s after all in it was killed, with the processes " + processes()
                + "; one may be waiting for a disk or a network file system (state D), and goes when that answers";
    }

    /** Kills what is in them, and does not wait. Version 1 kills one by one, and what is frozen meanwhile cannot fork away; it dies when it is thawed. */
    public void kill() {
        plan.freezer().ifPresent(file -> GroupFiles.tryWrite(file, "FROZEN"));
        plan.groups().forEach(group -> GroupTree.kill(group.path()));
        plan.freezer().ifPresent(file -> GroupFiles.tryWrite(file, "THAWED"));
    }

    /** Removes the groups of a container that has ended, once a process that may be in one of them has died. */
    public void abandon() {
        Instant end = Instant.now().plus(LONGEST_FAILURE);
        while (!remove() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Where else than in its control groups a process goes that joins the container. */
    public List<Membership.Place> elsewhere() {
        return plan.serviceClass().map(ServiceClass::places).orElse(List.of());
    }

    /**
     * Puts those that are below them in the place of others.
     *
     * @param controller in whose hierarchy; empty for all of them
     * @param path from the container's group
     * @param places where a process goes, to be changed
     * @throws IllegalArgumentException if there is no such group
     */
    public void below(String controller, String path, List<Membership.Place> places) {
        List<Group> meant = plan.groups().stream()
                .filter(group -> controller.isEmpty() || group.has(controller))
                .toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException("the container has no control group"
                    + (controller.isEmpty() ? "" : " of the controller " + controller) + " that \"" + path
                    + "\" could be in");
        }
        for (Group group : meant) {
            Path wanted = group.path().resolve(path.replaceFirst("^/+", ""));
            if (!Files.isDirectory(wanted, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException("there is no control group " + wanted + " to put a process into");
            }
            places.removeIf(
                    place -> place.unified() == group.unified() && place.path().startsWith(group.path()));
            places.add(new Membership.Place(wanted, group.unified()));
        }
    }

    /** All processes that are in them, as far as this JVM sees them. */
    public Set<Long> processes() {
        Set<Long> all = new TreeSet<>();
        plan.groups().forEach(group -> all.addAll(GroupTree.processes(group.path())));
        return all;
    }

    /** Whether they have been made and are not removed. */
    public boolean areThere() {
        return plan.groups().stream().allMatch(group -> Files.isDirectory(group.path()));
    }

    private boolean remove() {
        boolean gone = plan.serviceClass().map(ServiceClass::remove).orElse(true);
        for (Group group : plan.groups()) {
            gone &= GroupTree.remove(group.path());
            List<Group.Above> above = new ArrayList<>(group.above());
            for (int i = above.size() - 1; i >= 0; i--) {
                if (above.get(i).missing()) {
                    GroupTree.removeIfEmpty(above.get(i).path());
                }
            }
        }
        return gone;
    }

    // ---- pause

    /**
     * Stops all of its processes where they are, or lets them go on, and waits until it is so.
     *
     * @throws IllegalStateException if some process cannot be stopped within 10 seconds; all go on then
     */
    public void freeze(boolean frozen) {
        write(frozen);
        Instant end = Instant.now().plus(LONGEST_FREEZE);
        while (isFrozen() != frozen) {
            if (Instant.now().isAfter(end)) {
                write(false);
                throw new IllegalStateException("pause: not all processes could be stopped within "
                        + LONGEST_FREEZE.toSeconds() + " s; one may be waiting for a disk or a network file system");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void write(boolean frozen) {
        Optional<Path> unified = plan.unified();
        if (unified.isPresent()) {
            GroupFiles.write(unified.get().resolve("cgroup.freeze"), frozen ? "1" : "0");
        } else {
            GroupFiles.write(freezer(), frozen ? "FROZEN" : "THAWED");
        }
    }

    private Path freezer() {
        return plan.freezer().orElseThrow(() -> new MissingControllerException("freezer", Set.of()));
    }

    private boolean isFrozen() {
        Optional<Path> unified = plan.unified();
        return unified.isPresent()
                ? GroupFiles.table(unified.get().resolve("cgroup.events")).getOrDefault("frozen", 0L) == 1
                : GroupFiles.read(freezer()).trim().equals("FROZEN");
    }

    // ---- update

    /**
     * Sets other limits than those that it was started with; what is not mentioned stays as it is.
     *
     * @throws MissingControllerException if it is in no group that could hold one of them; nothing is changed then
     */
    public void update(Resources changed) {
        Resources resources = changed.memory()
                .map(memory -> changed.withMemory(whole(memory)))
                .orElse(changed);
        if (!resources.devices().isEmpty()) {
            throw new IllegalArgumentException(
                    "rules for devices are set when a container starts, and stay as they are");
        }
        Set<String> available = available();
        Needed.by(resources).stream()
                .filter(controller -> !available.contains(controller))
                .findFirst()
                .ifPresent(controller -> {
                    throw MissingControllerException.ofRunning(controller, available);
                });
        resources
                .memory()
                .filter(memory -> memory.checkBeforeUpdate().orElse(false))
                .ifPresent(this::checkUse);
        for (Group group : plan.groups()) {
            List<Setting> settings = group.unified()
                    ? SettingsV2.of(resources, group.controllers())
                    : SettingsV1.of(resources, group.controllers());
            new Update(group.path()).apply(settings);
        }
    }

    /** A limit of memory and swap together is said beside that of memory, which may be the one that is in force. */
    private Memory whole(Memory changed) {
        boolean swapAlone = changed.limit().isEmpty() && changed.swap().isPresent();
        return swapAlone ? memoryLimit().map(changed::withLimit).orElse(changed) : changed;
    }

    private Set<String> available() {
        Set<String> available = new HashSet<>();
        plan.groups().forEach(group -> available.addAll(group.controllers()));
        if (available.contains("blkio")) {
            available.add("io");
        }
        return available;
    }

    /** A limit below what is in use ends in an OOM kill: config-linux.md, "checkBeforeUpdate". */
    private void checkUse(Memory memory) {
        long used = stats().memory().map(use -> use.usedBytes()).orElse(0L);
        memory.limit().filter(limit -> limit >= 0 && limit < used).ifPresent(limit -> {
            throw new IllegalArgumentException(
                    "memory.limit of " + limit + " bytes is less than the " + used + " bytes that are in use");
        });
    }

    // ---- figures

    public GroupStats stats() {
        return new GroupStats(plan);
    }

    /** The bytes that its memory may take now, if that is limited. */
    public Optional<Long> memoryLimit() {
        return stats().memory().flatMap(use -> use.limitBytes());
    }
}
