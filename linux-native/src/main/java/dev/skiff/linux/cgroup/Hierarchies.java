package dev.skiff.linux.cgroup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the hierarchies of this host, of version 1, 2 or both, from what proc_pid_mountinfo(5) and proc_pid_cgroup(5) say of
 * this process. Where they are mounted is nobody's promise, and this process may be in any group of them.
 */
final class Hierarchies {
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;

    private Hierarchies() {}

    static List<Hierarchy> parse(String mountInfo, String membership) {
        List<Hierarchy> found = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (String line : mountInfo.split("\n", -1)) {
            hierarchy(line, membership)
                    // one that is mounted twice, or a version 2 that claims what version 1 has
                    .filter(each -> each.unified()
                            ? found.stream().noneMatch(Hierarchy::unified)
                            : known.addAll(each.controllers()))
                    .ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Hierarchy> hierarchy(String line, String membership) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int dash = fields.indexOf("-");
        if (dash < 0 || fields.size() < dash + 4) {
            return Optional.empty();
        }
        Path mount = mountPoint(fields);
        String root = unescape(fields.get(ROOT));
        if (fields.get(dash + 1).equals("cgroup2")) {
            Path own = own(mount, root, groupOf("", membership));
            return Optional.of(new Hierarchy(2, mount, own, controllersOf(mount)));
        }
        if (!fields.get(dash + 1).equals("cgroup")) {
            return Optional.empty();
        }
        return Arrays.stream(fields.get(dash + 3).split(",", -1))
                .filter(option -> isController(option, membership))
                .findFirst()
                .map(any -> {
                    Set<String> all = membersOf(any, membership);
                    return new Hierarchy(1, mount, own(mount, root, groupOf(any, membership)), all);
                });
    }

    /** Options of the mount are its controllers, among others such as {@code rw}; the kernel's list of ours tells which. */
    private static boolean isController(String option, String membership) {
        return !option.contains("=") && !membersOf(option, membership).isEmpty();
    }

    private static Set<String> membersOf(String controller, String membership) {
        return memberships(membership)
                .filter(fields -> List.of(fields[1].split(",", -1)).contains(controller))
                .findFirst()
                .map(fields -> Set.of(fields[1].split(",", -1)))
                .orElse(Set.of());
    }

    /** The group that this process is in; {@code ""} is version 2's. */
    private static String groupOf(String controller, String membership) {
        return memberships(membership)
                .filter(fields -> List.of(fields[1].split(",", -1)).contains(controller))
                .findFirst()
                .map(fields -> fields[2])
                .orElse("/");
    }

    private static Stream<String[]> memberships(String membership) {
        return membership.lines().map(line -> line.split(":", 3)).filter(fields -> fields.length == 3);
    }

    /** A mount may show a part of the hierarchy only; and a group outside of what it shows is written with dots. */
    private static Path own(Path mount, String root, String group) {
        Path below = Path.of(root).relativize(Path.of(group)).normalize();
        return below.startsWith("..") ? mount : mount.resolve(below).normalize();
    }

    private static Set<String> controllersOf(Path mount) {
        Path file = mount.resolve("cgroup.controllers");
        Set<String> controllers = new HashSet<>(Set.of(Hierarchy.CORE));
        if (Files.isReadable(file)) {
            GroupFiles.words(file).forEach(controllers::add);
        }
        return controllers;
    }

    /** Of the fields of a line of proc_pid_mountinfo(5). */
    static Path mountPoint(List<String> fields) {
        return Path.of(unescape(fields.get(MOUNT_POINT)));
    }

    /** Blanks and the like are written as {@code \040} in octal. */
    private static String unescape(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
