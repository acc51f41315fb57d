package dev.skiff.linux.cgroup;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The scope of systemd that a container is to be in, as {@code linux.cgroupsPath} says it where groups are systemd's: {@code
 * slice:prefix:name}.
 *
 * @param slice that it is in; systemd's choice if there is none
 */
public record ScopeName(Optional<String> slice, String unit) {
    private static final Pattern SLICE = Pattern.compile("[a-zA-Z0-9:_.\\\\-]+\\.slice");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9:_.\\\\@-]{1,200}");

    /** The same without a path is of the container's own id. */
    public static ScopeName of(Optional<String> cgroupsPath, String id) {
        List<String> parts = List.of(cgroupsPath.orElse(":skiff:" + id).split(":", -1));
        if (parts.size() != 3
                || !(parts.get(0).isEmpty() || SLICE.matcher(parts.get(0)).matches())
                || !NAME.matcher(parts.get(2)).matches()
                || !(parts.get(1).isEmpty() || NAME.matcher(parts.get(1)).matches())) {
            throw new IllegalArgumentException("linux.cgroupsPath must be slice:prefix:name, such as"
                    + " machine.slice:skiff:web, where groups are systemd's; got \"" + cgroupsPath.orElse("") + "\"");
        }
        String prefix = parts.get(1).isEmpty() ? "" : parts.get(1) + "-";
        return new ScopeName(
                Optional.of(parts.get(0)).filter(slice -> !slice.isEmpty()), prefix + parts.get(2) + ".scope");
    }
}
