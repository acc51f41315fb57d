package dev.skiff.samples.runtime;

import dev.skiff.linux.ExecOptions;
import java.util.List;

/** What {@code exec --cgroup} says: one path for all, or some of {@code CONTROLLER,...:PATH}. */
final class SubGroups {
    private SubGroups() {}

    static ExecOptions of(List<String> given) {
        ExecOptions options = ExecOptions.standard();
        for (String each : given) {
            String[] parts = each.split(":", -1);
            if (parts.length > 2 || (parts.length == 1 && given.size() > 1)) {
                throw new IllegalArgumentException(
                        "--cgroup " + each + ": one PATH for all controllers, or CONTROLLER,...:PATH for each");
            }
            for (String controller : (parts.length == 1 ? "" : parts[0]).split(",", -1)) {
                if (options.groups().containsKey(controller)) {
                    throw new IllegalArgumentException("--cgroup " + each + ": " + controller + " has one already");
                }
                options = options.inGroup(controller, parts[parts.length - 1]);
            }
        }
        return options;
    }
}
