package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Where this host limits the number of processes: cgroups(7), either version.
 *
 * @param root the root of the hierarchy that has the controller
 */
public record PidsController(Path root) {
    private static final System.Logger LOG = System.getLogger(PidsController.class.getName());
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final String NAME = "pids";
    private static final String PREFIX = "skiff-";
    private static final Duration LONGEST_START = Duration.ofMinutes(1);
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);
    private static final Duration LONGEST_FAILURE = Duration.ofMillis(200);
    private static final long PAUSE_NANOS = 2_000_000;

    /** The hierarchy that has it, if we may make groups there; found out, not assumed. */
    public static Optional<PidsController> find() {
        return find(read(MOUNTS));
    }

    static Optional<PidsController> find(String mountInfo) {
        return mountInfo
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(PidsController::hasController)
                .map(fields -> new PidsController(Path.of(fields[4])))
                .findFirst();
    }

    /** proc_pid_mountinfo(5): fields 4 and 5 are root and mount point; after the lone dash come type, source and options. */
    private static boolean hasController(String[] fields) {
        List<String> all = Arrays.asList(fields);
        int dash = all.indexOf("-");
        if (dash < 0 || all.size() < dash + 4 || !fields[3].equals("/") || !Files.isWritable(Path.of(fields[4]))) {
            return false;
        }
        String type = fields[dash + 1];
        if (type.equals("cgroup")) {
            return Arrays.asList(fields[dash + 3].split(",", -1)).contains(NAME);
        }
        return type.equals("cgroup2")
                && Arrays.asList(handedDown(Path.of(fields[4]))).contains(NAME);
    }

    /** What the root of a version 2 hierarchy lets its children use. */
    private static String[] handedDown(Path root) {
        Path file = root.resolve("cgroup.subtree_control");
        return Files.isReadable(file) ? read(file).trim().split(" ", -1) : new String[0];
    }

    /** The group of that container. */
    public Path groupOf(String id) {
        return root.resolve(PREFIX + id);
    }

    /**
     * Removes what a container has left whose supervisor is gone. Processes that are still there are killed: one that runs a
     * set-user-id program, or that asked for it, does not die with its parent (prctl(2), PR_SET_PDEATHSIG).
     */
    public void destroy(String id) {
        Instant end = Instant.now().plus(LONGEST_DEATH);
        while (!remove(groupOf(id)) && Instant.now().isBefore(end)) {
            killAll(groupOf(id));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Removes the group of a container that has ended or could not be started, once a process that may be in it has died. It
     * may as well be a running container's of the same id, the reason why this one could not be started: that is left alone.
     */
    public void abandon(String id) {
        Instant end = Instant.now().plus(LONGEST_FAILURE);
        while (!remove(groupOf(id)) && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void killAll(Path group) {
        try {
            for (String pid : Files.readAllLines(group.resolve("cgroup.procs"), StandardCharsets.US_ASCII)) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cgroup " + group + " went while it was emptied: " + e);
        }
    }

    /** False if processes are in it. */
    private static boolean remove(Path group) {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cgroup " + group + " is in use: " + e);
            return false;
        }
    }

    /**
     * Removes what containers have left whose supervisor was killed. A group that was just made may be waiting for its first
     * process, so only those that have been empty for longer than any start takes are touched; the kernel keeps the others.
     */
    public void sweep() {
        FileTime longAgo = FileTime.from(Instant.now().minus(LONGEST_START));
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(root, PREFIX + "*")) {
            for (Path group : groups) {
                if (Files.getLastModifiedTime(group).compareTo(longAgo) < 0) {
                    remove(group);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cannot look for left-over cgroups: " + e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("look for the pids controller in " + file, e);
        }
    }
}
