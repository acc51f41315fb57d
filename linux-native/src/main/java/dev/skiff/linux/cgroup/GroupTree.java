package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A group with all below it: a container that may write to its cgroup mount makes more. */
final class GroupTree {
    private static final System.Logger LOG = System.getLogger(GroupTree.class.getName());

    private GroupTree() {}

    /** From the lowest up; false if processes are in it still. */
    static boolean remove(Path group) {
        try {
            for (Path each : lowestFirst(group)) {
                Files.deleteIfExists(each);
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cgroup " + group + " is in use: " + e);
            return false;
        }
    }

    /** Removes the group alone. */
    static void removeIfEmpty(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cgroup " + group + " is somebody else's by now: " + e);
        }
    }

    private static List<Path> lowestFirst(Path group) throws IOException {
        if (!Files.isDirectory(group)) {
            return List.of();
        }
        try (Stream<Path> all = Files.find(group, Integer.MAX_VALUE, (path, facts) -> facts.isDirectory())) {
            return all.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList();
        }
    }

    /** The processes in it; those of other process namespaces, which show as 0, are not ours to signal. */
    static List<Long> processes(Path group) {
        List<Long> processes = new ArrayList<>();
        try {
            for (Path each : lowestFirst(group)) {
                Files.readAllLines(each.resolve("cgroup.procs"), StandardCharsets.US_ASCII).stream()
                        .map(Long::parseLong)
                        .filter(pid -> pid > 0)
                        .forEach(processes::add);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cgroup " + group + " went while it was read: " + e);
        }
        return processes;
    }

    /** At once where the kernel has {@code cgroup.kill} (5.14); else one by one, as often as it takes. */
    static void kill(Path group) {
        if (Files.exists(group.resolve("cgroup.kill"))) {
            try {
                GroupFiles.write(group.resolve("cgroup.kill"), "1");
            } catch (UncheckedIOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "cgroup " + group + " went while it was killed: " + e);
            }
            return;
        }
        processes(group).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
}
