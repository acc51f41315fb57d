package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The control groups that a process is in right now, one of each hierarchy, as directories of this host: cgroups(7).
 *
 * @param groups by hierarchy: its controllers as /proc/[pid]/cgroup has them, empty for version 2
 */
public record Membership(Map<String, Path> groups) {
    /** A mounted hierarchy: its controllers, the path in it that is mounted, and where. */
    private record Hierarchy(List<String> options, boolean unified, String root, Path at) {}

    public Membership {
        groups = Map.copyOf(groups);
    }

    /** Of that process; empty when it is gone. */
    public static Membership of(long pid) {
        Map<String, Path> groups = new LinkedHashMap<>();
        for (String line : lines(Path.of("/proc/" + pid + "/cgroup"))) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                Mounted.HIERARCHIES.stream()
                        .filter(hierarchy -> is(hierarchy, fields[1]))
                        .filter(hierarchy -> fields[2].startsWith(hierarchy.root()))
                        .findFirst()
                        .ifPresent(hierarchy -> groups.put(fields[1], directory(hierarchy, fields[2])));
            }
        }
        return new Membership(groups);
    }

    private static boolean is(Hierarchy hierarchy, String controllers) {
        return controllers.isEmpty()
                ? hierarchy.unified()
                : !hierarchy.unified() && hierarchy.options().containsAll(List.of(controllers.split(",", -1)));
    }

    private static Path directory(Hierarchy hierarchy, String path) {
        String below = hierarchy.root().equals("/")
                ? path
                : path.substring(hierarchy.root().length());
        return Path.of(hierarchy.at() + below).normalize();
    }

    /**
     * A group to go to.
     *
     * @param unified whether it is of version 2
     */
    public record Place(Path path, boolean unified) {}

    /** Those that differ from the other process's: where it has to go to be in the same. */
    public List<Place> beyond(Membership other) {
        List<Place> all = new ArrayList<>();
        groups.forEach((hierarchy, group) -> {
            if (!group.equals(other.groups.get(hierarchy))) {
                all.add(new Place(group, hierarchy.isEmpty()));
            }
        });
        all.sort(Comparator.comparing(Place::path));
        return all;
    }

    /** Whether it is stopped there: what joins now would not run. */
    public boolean frozen() {
        for (Path group : groups.values()) {
            if (lines(group.resolve("cgroup.events")).contains("frozen 1")
                    || lines(group.resolve("freezer.state")).stream().anyMatch(state -> !state.equals("THAWED"))) {
                return true;
            }
        }
        return false;
    }

    private static final class Mounted {
        static final List<Hierarchy> HIERARCHIES = find();

        private static List<Hierarchy> find() {
            List<Hierarchy> all = new ArrayList<>();
            for (String line : lines(Path.of("/proc/self/mountinfo"))) {
                List<String> fields = Arrays.asList(line.split(" ", -1));
                int dash = fields.indexOf("-"); // after it: type, source, options (proc_pid_mountinfo(5))
                String type = fields.get(dash + 1);
                if (type.equals("cgroup") || type.equals("cgroup2")) {
                    all.add(new Hierarchy(
                            List.of(fields.get(dash + 3).split(",", -1)),
                            type.equals("cgroup2"),
                            fields.get(3),
                            Path.of(fields.get(4))));
                }
            }
            return all;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of(); // gone, or a group without that controller
        } catch (IOException e) {
            if (Files.notExists(file)) {
                return List.of(); // gone while it was read: ESRCH or ENODEV
            }
            throw new UncheckedIOException("read " + file + " to learn of control groups", e);
        }
    }
}
