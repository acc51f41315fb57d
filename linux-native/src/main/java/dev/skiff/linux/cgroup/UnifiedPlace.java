package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Where containers get their groups in a version 2 hierarchy. A group that hands controllers down may hold no processes of its own,
 * but for the root of all (cgroups(7), "no internal processes"); so where the group of this JVM is ours to divide, whatever
 * runs in it is moved into a part of it first. Containers that need no controller of version 2 are put right below our own.
 */
final class UnifiedPlace {
    private static final System.Logger LOG = System.getLogger(UnifiedPlace.class.getName());
    private static final String LEAF = "skiff-jvm";
    private static final String HAND_DOWN = "cgroup.subtree_control";
    private static final String PROCESSES = "cgroup.procs";
    private static final int MOST_ROUNDS = 100;

    /** Handed down along with what is asked for, for the figures. */
    private static final Set<String> ALONG = Set.of("memory", "pids", "cpu", "io");

    private final Path mount;
    private final Path own;
    private final Optional<Path> divided;
    private final Set<String> controllers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> done = new TreeSet<>();

    private UnifiedPlace(Path mount, Path own, Optional<Path> divided, Set<String> controllers) {
        this.mount = mount;
        this.own = own;
        this.divided = divided;
        this.controllers = controllers;
    }

    /** Nothing if this user may make no group there. */
    static Optional<UnifiedPlace> find(Hierarchy hierarchy, boolean root, Optional<Delegation> delegation) {
        Path own =
                hierarchy.own().endsWith(LEAF) ? hierarchy.own().resolve("..").normalize() : hierarchy.own();
        Optional<Path> divided = divided(hierarchy.mount(), own, root, delegation);
        if (!isOurs(own) && divided.isEmpty()) {
            return Optional.empty();
        }
        Set<String> controllers = new TreeSet<>(Set.of(Hierarchy.CORE));
        divided.ifPresent(place -> controllers.addAll(GroupFiles.words(place.resolve("cgroup.controllers"))));
        return Optional.of(new UnifiedPlace(hierarchy.mount(), own, divided, controllers));
    }

    /** The group whose controllers we may hand down: our own, else one that systemd gives us, else as root that of all. */
    private static Optional<Path> divided(Path mount, Path own, boolean root, Optional<Delegation> delegation) {
        if (isOurs(own) && (Hierarchy.isTrueRoot(own) || !root || own.equals(mount) || isDelegated(own))) {
            return Optional.of(own);
        }
        Optional<Path> given =
                GroupFiles.words(mount.resolve("cgroup.controllers")).isEmpty()
                        ? Optional.empty() // there is nothing to be handed down
                        : delegation.flatMap(each -> askFor(each, mount));
        return given.or(() -> Optional.of(mount).filter(path -> root && isOurs(path) && Hierarchy.isTrueRoot(path)));
    }

    /** What is not given is told by {@code controllers()}, and when it is asked for. */
    private static Optional<Path> askFor(Delegation delegation, Path mount) {
        try {
            return Optional.of(delegation.scope(mount)).filter(UnifiedPlace::isOurs);
        } catch (UncheckedIOException | IllegalStateException e) {
            LOG.log(System.Logger.Level.INFO, "no control group of our own to divide: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isOurs(Path group) {
        return Files.isWritable(group)
                && Files.isWritable(group.resolve(PROCESSES))
                && Files.isWritable(group.resolve(HAND_DOWN));
    }

    /** How systemd marks what it leaves to others: "Control Group APIs and Delegation". */
    private static boolean isDelegated(Path group) {
        try {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
            ByteBuffer value = ByteBuffer.allocate(8);
            view.read("delegate", value);
            return value.position() == 1 && value.get(0) == '1';
        } catch (IOException | UnsupportedOperationException e) {
            return false; // not marked
        }
    }

    Path mount() {
        return mount;
    }

    Path own() {
        return own;
    }

    Set<String> controllers() {
        return controllers;
    }

    /** Where a group goes that limits these. */
    Path parent(Set<String> limited) {
        return limited.isEmpty() && isOurs(own) ? own : divided.orElse(own);
    }

    List<Path> all() {
        List<Path> all = new ArrayList<>(List.of(own));
        divided.filter(place -> !place.equals(own)).ifPresent(all::add);
        return all;
    }

    /** What a group there has when these are asked for: they, and whatever else is handed down to it. */
    Set<String> handedDown(Set<String> asked) {
        Set<String> all = new TreeSet<>(asked);
        all.add(Hierarchy.CORE);
        all.addAll(GroupFiles.words(parent(asked).resolve(HAND_DOWN)));
        return all;
    }

    static String enabling(Set<String> controllers) {
        return controllers.stream().map(controller -> "+" + controller).collect(Collectors.joining(" "));
    }

    /** Makes groups below the divided one have these. */
    void handDown(Set<String> asked) {
        lock.lock();
        try {
            if (!done.containsAll(asked)) {
                handDown(divided.orElseThrow(), asked);
                done.addAll(asked);
            }
        } finally {
            lock.unlock();
        }
    }

    private void handDown(Path place, Set<String> asked) {
        Set<String> missing = new TreeSet<>(asked);
        missing.removeAll(GroupFiles.words(place.resolve(HAND_DOWN)));
        if (missing.isEmpty()) {
            return;
        }
        if (!Hierarchy.isTrueRoot(place)) {
            empty(place);
        }
        GroupFiles.write(place.resolve(HAND_DOWN), enabling(missing));
        for (String more : ALONG) {
            if (controllers.contains(more) && !GroupFiles.tryWrite(place.resolve(HAND_DOWN), "+" + more)) {
                LOG.log(System.Logger.Level.DEBUG, () -> place + " does not hand down " + more);
            }
        }
    }

    private static void empty(Path place) {
        Path leaf = place.resolve(LEAF);
        try {
            if (!Files.isDirectory(leaf)) {
                Files.createDirectory(leaf);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("make the control group " + leaf, e);
        }
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<String> left = GroupFiles.words(place.resolve(PROCESSES));
            if (left.isEmpty()) {
                return;
            }
            left.forEach(pid -> move(pid, leaf));
        }
        throw new IllegalStateException("move what runs in control group " + place + " to " + leaf
                + ": there are always more; run the JVM in a group of its own");
    }

    private static void move(String pid, Path to) {
        try {
            Files.write(to.resolve(PROCESSES), pid.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException e) {
            if (Files.isDirectory(Path.of("/proc", pid))) { // else it has ended
                throw new UncheckedIOException("move process " + pid + " to control group " + to, e);
            }
        }
    }
}
