package dev.skiff.linux;

import java.util.Set;
import java.util.TreeSet;

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

    private MissingControllerException(String message, String controller) {
        super(message);
        this.controller = controller;
    }

    /**
     * Of a container that runs already.
     *
     * @param available those whose groups it is in
     */
    public static MissingControllerException ofRunning(String controller, Set<String> available) {
        Set<String> named = new TreeSet<>(available);
        named.remove("cgroup"); // what every group of version 2 has
        return new MissingControllerException(
                "limit " + controller + ": this container is in no control group with the " + controller
                        + " controller ("
                        + (named.isEmpty() ? "nor in any other" : "but in those of " + String.join(", ", named))
                        + "); what is to be changed later has to be limited when it is started",
                controller);
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
