package dev.skiff.linux;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a process joins a container of an {@link OciRuntime}, beyond what it is itself.
 *
 * @param whenPaused whether it joins a container that is paused, too, and begins when that goes on
 * @param groups control groups below the container's own that it is put into, each as a path from that one, by controllers as this host
 *     names them; {@code ""} stands for all of them. They have to be there, in each hierarchy that is meant. Without, it is in those
 *     of the container's first process
 */
public record ExecOptions(boolean whenPaused, Map<String, String> groups) {
    public ExecOptions {
        groups = Map.copyOf(groups);
        groups.values().forEach(path -> {
            if (Path.of("/", path).normalize().getNameCount()
                    != Path.of("/", path).getNameCount()) {
                throw new IllegalArgumentException(
                        "a control group below the container's is named without . and .., got \"" + path + "\"");
            }
        });
    }

    /** Where the container's first process is, and not while that is paused. */
    public static ExecOptions standard() {
        return new ExecOptions(false, Map.of());
    }

    /** One that is paused is joined as well: the process begins, and this returns, when it goes on. */
    public ExecOptions alsoWhenPaused() {
        return new ExecOptions(true, groups);
    }

    /** Another control group, in every hierarchy. */
    public ExecOptions inGroup(String path) {
        return inGroup("", path);
    }

    /** Another control group, in the hierarchy of version 1 that has that controller. */
    public ExecOptions inGroup(String controller, String path) {
        Map<String, String> all = new TreeMap<>(groups);
        all.put(controller, path);
        return new ExecOptions(whenPaused, all);
    }
}
