package dev.skiff.linux;

/** What was asked for cannot be done to a container in the state that it is in: a process joins only one that runs, say. */
public final class ContainerStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String id;
    private final String state;

    ContainerStateException(String id, String state, String message) {
        super("container " + id + " is " + state + ": " + message);
        this.id = id;
        this.state = state;
    }

    /** Of the container. */
    public String id() {
        return id;
    }

    /** The state that it was in, in the words of the runtime specification, or {@code paused}. */
    public String state() {
        return state;
    }
}
