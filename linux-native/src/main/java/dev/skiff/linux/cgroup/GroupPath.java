package dev.skiff.linux.cgroup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a container's groups are, in any hierarchy: {@code linux.cgroupsPath} of the runtime specification. */
record GroupPath(boolean fromMount, List<String> below) {
    static GroupPath of(Optional<String> asked, String usual) {
        return asked.map(GroupPath::parse).orElseGet(() -> new GroupPath(false, List.of(usual)));
    }

    private static GroupPath parse(String path) {
        List<String> parts = Stream.of(path.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (parts.isEmpty() || parts.contains("..")) {
            throw new IllegalArgumentException(
                    "linux.cgroupsPath must lead down to a group of the container's own, got \"" + path + "\"");
        }
        return new GroupPath(path.startsWith("/"), parts);
    }

    /** @param onTheWay what is set in the groups between the place and the container's own */
    Group group(Hierarchy hierarchy, Path place, List<Setting> settings, List<Setting> onTheWay) {
        Path at = fromMount ? hierarchy.mount() : place;
        List<Group.Above> above = new ArrayList<>();
        for (String part : below.subList(0, below.size() - 1)) {
            at = at.resolve(part);
            boolean missing = !Files.isDirectory(at);
            above.add(new Group.Above(at, missing || hierarchy.unified() ? onTheWay : List.of(), missing));
        }
        return new Group(
                hierarchy.unified(), at.resolve(below.get(below.size() - 1)), hierarchy.controllers(), settings, above);
    }
}
