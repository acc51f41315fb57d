package dev.skiff.samples.runtime;

import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.ExecException;
import dev.skiff.oci.Json;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;

/** How errors are told to those who read the messages of runc. */
final class Failures {
    /** The words by which containerd knows that there is nobody to be sent a signal. */
    static final String NOT_RUNNING = "container not running";

    private Failures() {}

    /** A line of a log in JSON. */
    record Entry(String level, String msg, String time) {}

    /** Podman tells by these words which exit status a command that cannot be run is to have. */
    static String message(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof UncheckedIOException && failure.getCause() != null) {
            return message + ": " + reason(failure.getCause());
        }
        if (failure instanceof ContainerStateException state) {
            return switch (state.state()) {
                case "stopped" -> message + ": " + NOT_RUNNING;
                case "not there" -> message + ": container does not exist";
                default -> message;
            };
        }
        if (failure instanceof ExecException exec) {
            return switch (exec.errno()) {
                case "ENOENT" ->
                    message
                            + (exec.command().contains("/")
                                    ? ": no such file or directory"
                                    : ": executable file not found in $PATH");
                case "EACCES" -> message + ": permission denied";
                default -> message;
            };
        }
        return message;
    }

    /** A file system's exceptions name the file and leave it to their class to say what is wrong with it. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        return cause instanceof NoSuchFileException ? message + ": no such file or directory" : message;
    }

    static String json(String level, String message, Instant time) {
        return new String(Json.write(new Entry(level, message, time.toString())), StandardCharsets.UTF_8) + "\n";
    }
}
