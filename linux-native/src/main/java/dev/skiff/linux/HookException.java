package dev.skiff.linux;

/** A hook of a container has failed or taken too long, and so has what it was a part of. */
public final class HookException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    HookException(String kind, String path, String problem) {
        super(kind + " hook " + path + ": " + problem);
        this.path = path;
    }

    HookException(String kind, String path, RuntimeException cause) {
        super(kind + " hook " + path + ": " + cause.getMessage(), cause);
        this.path = path;
    }

    /** The program that was run. */
    public String path() {
        return path;
    }
}
