package dev.skiff;

/**
 * A build context, or a file in it, could not be used: it is not there or cannot be read, it changed while the build was
 * reading it, it is larger than the build was told to take. No layer has been made of it.
 */
public final class BuildContextException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String context;
    private final String path;

    /**
     * What is wrong with a context.
     *
     * @param context how messages call it
     * @param path the file in it, relative to its root; empty if it is about the whole
     * @param message the whole message
     */
    public BuildContextException(String context, String path, String message) {
        super(message);
        this.context = context;
        this.path = path;
    }

    /** The same, with what it came from. */
    public BuildContextException(String context, String path, String message, Throwable cause) {
        super(message, cause);
        this.context = context;
        this.path = path;
    }

    /** Which context: its directory, its archive, or what else it was made of. */
    public String context() {
        return context;
    }

    /** The file that it is about, relative to the root of the context; empty if it is about the whole. */
    public String path() {
        return path;
    }
}
