package dev.skiff.linux;

import java.util.Set;

/**
 * Something was to be limited that cannot be limited for this user on this host. Nothing was started: a container without the limit
 * that was asked for is worse than none.
 */
public final class MissingControllerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String controller;

    /** @param available what can be limited here */
    public MissingControllerException(String controller, Set<String> available) {
        super("limit " + controller + ": no control group with the " + controller + " controller is ours to make here ("
                + (available.isEmpty() ? "there are none at all" : "there are " + String.join(", ", available))
                + "); " + remedy(controller, available));
        this.controller = controller;
    }

    private static String remedy(String controller, Set<String> available) {
        return available.isEmpty()
                ? "an ordinary user needs cgroup version 2 and a delegated group: run the JVM by"
                        + " \"systemd-run --user --scope -p Delegate=yes\", or as root"
                : "the kernel may lack it (/proc/cgroups), or it is not handed down to this user's group"
                        + " (Delegate=" + controller + " of its systemd unit)";
    }

    /** What was to be limited, by the name of its controller: {@code memory}, {@code cpu}, {@code pids}. */
    public String controller() {
        return controller;
    }
}
