package dev.skiff.linux;

/** The container was made, but its command could not be executed: it is not there, or not a program for this machine. */
public final class ExecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String command;
    private final String searched;
    private final String errno;

    ExecException(String command, String searched, SyscallException cause) {
        super(message(command, searched, cause.errno()), cause);
        this.command = command;
        this.searched = searched;
        this.errno = cause.errno();
    }

    private static String message(String command, String searched, String errno) {
        String subject = "exec: \"" + command + "\": ";
        return subject
                + switch (errno) {
                    case "ENOENT" ->
                        command.contains("/")
                                ? "no such file, or its interpreter is missing in the image"
                                : "not found in $PATH " + searched;
                    case "EACCES" ->
                        "permission denied: not executable for this user, or below a directory that it may not search";
                    case "ENOEXEC" -> "not a program of this machine's kind, nor a script that begins with #!";
                    default -> errno;
                };
    }

    /** The first word of the command. */
    public String command() {
        return command;
    }

    /** The {@code $PATH} of the container's environment. */
    public String searched() {
        return searched;
    }

    /** What came back, such as {@code ENOENT}. */
    public String errno() {
        return errno;
    }
}
