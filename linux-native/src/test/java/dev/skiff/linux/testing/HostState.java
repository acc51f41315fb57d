package dev.skiff.linux.testing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a container that is over may not have changed on the host: mounts, control groups, network interfaces, descriptors of
 * this JVM by what they refer to, and processes that it started.
 */
public record HostState(
        List<String> mounts,
        Set<String> groups,
        Set<String> interfaces,
        Set<String> descriptors,
        Set<String> processes) {
    private static final String TESTS = System.getProperty("java.io.tmpdir") + "/skiff-";
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    /** As it is once all containers that are over have gone. */
    public static HostState quiet() throws IOException {
        while (!supervisors().isEmpty()) {
            Spin.once();
        }
        return now();
    }

    /** As it is once it is as it was, which takes an instant: a process has closed all that it had before it is gone. */
    public static HostState backAt(HostState before) throws IOException {
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        HostState now = now();
        while (!now.equals(before) && System.nanoTime() < deadline) {
            Spin.once();
            now = now();
        }
        return now;
    }

    /** As it is now. */
    public static HostState now() throws IOException {
        return new HostState(
                ourMounts(),
                groups("skiff-test-" + ProcessHandle.current().pid() + "-"),
                names(Path.of("/sys/class/net")),
                held("self"),
                started());
    }

    /** Without descriptors that have gone since: other tests leave some to the collector, which takes its time. */
    public HostState asFarAsIn(HostState now) {
        Set<String> still = new TreeSet<>(descriptors);
        still.retainAll(now.descriptors);
        return new HostState(mounts, groups, interfaces, still, processes);
    }

    /** Tests of Skiff work in directories of this name; what others mount meanwhile is none of our business. */
    private static List<String> ourMounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains("skiff-"))
                .toList();
    }

    /** Control groups of that name: only those of one JVM, for others may be running their own tests. */
    public static Set<String> groups(String prefix) throws IOException {
        Set<String> found = new TreeSet<>();
        Files.walkFileTree(GROUPS, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes facts) {
                if (group.getFileName().toString().startsWith(prefix)) {
                    found.add(group.toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path group, IOException gone) {
                return FileVisitResult.CONTINUE; // others make and remove theirs
            }

            @Override
            public FileVisitResult postVisitDirectory(Path group, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** The descriptors of a JVM, by what they refer to: those that may be ours. */
    public static Set<String> held(long pid) throws IOException {
        return held(Long.toString(pid));
    }

    /**
     * What a container is started with is nameless (sockets, pipes, memory, processes) or lies in a test's directory. The rest is
     * the JVM's own: it opens a jar, or looks up its memory limit, whenever it likes.
     */
    private static Set<String> held(String process) throws IOException {
        Set<String> ours = new TreeSet<>();
        Path all = Path.of("/proc", process, "fd");
        for (String number : names(all)) {
            try {
                String target = Files.readSymbolicLink(all.resolve(number)).toString();
                if (!target.startsWith("/") || target.startsWith("/memfd:") || target.startsWith(TESTS)) {
                    ours.add(number + " " + target);
                }
            } catch (NoSuchFileException closed) {
                // it was the one that the listing itself needed, or has just been closed
            }
        }
        return ours;
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> started() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> process.pid() + " " + TestContainers.name(process.pid()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The supervisors and agents of this JVM that are alive. */
    public static List<ProcessHandle> supervisors() {
        return rootAgents().stream().flatMap(ProcessHandle::children).toList();
    }

    /** The launchers that all of them are forked off. */
    public static List<ProcessHandle> rootAgents() {
        return ProcessHandle.current()
                .children()
                .filter(child -> TestContainers.name(child.pid()).equals("skiff"))
                .toList();
    }
}
