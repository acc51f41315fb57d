package dev.skiff;

import java.util.List;

/**
 * A base image was to be made of programs of this host, and some of them, or something that they need to start, are not
 * here or may not be read. All of them are named at once: install them, correct {@code PATH}, or pull an image instead.
 */
public final class HostProgramException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String[] missing;
    private final String searchPath;

    public HostProgramException(String message, List<String> missing, String searchPath) {
        super(message);
        this.missing = missing.toArray(new String[0]);
        this.searchPath = searchPath;
    }

    /** What is not there: names of programs and libraries, paths of interpreters. */
    public List<String> missing() {
        return List.of(missing);
    }

    /** The {@code PATH} that programs were looked for on. */
    public String searchPath() {
        return searchPath;
    }
}
