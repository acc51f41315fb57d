package dev.skiff;

import org.jspecify.annotations.Nullable;

/** The image has no such program: nothing of that name in the directories of its {@code PATH}, or nothing at that path. */
public final class CommandNotFoundException extends StartException {
    private static final long serialVersionUID = 1L;

    private final String command;
    private final String searchPath;

    /**
     * @param container as a person would name it: {@code container web (7f3a)}
     * @param command the first word of what was to be run
     * @param searchPath the container's {@code PATH}; empty if the command is a path itself
     * @param cause what the kernel said
     */
    public CommandNotFoundException(String container, String command, String searchPath, @Nullable Throwable cause) {
        super(
                container + ": exec: \"" + command + "\": "
                        + (searchPath.isEmpty()
                                ? "no such file, or its interpreter is missing in the image"
                                : "not found in $PATH " + searchPath),
                cause);
        this.command = command;
        this.searchPath = searchPath;
    }

    /** The first word of what was to be run. */
    public String command() {
        return command;
    }

    /** Where it was looked for, as in {@code $PATH}; empty if the command is a path itself. */
    public String searchPath() {
        return searchPath;
    }
}
