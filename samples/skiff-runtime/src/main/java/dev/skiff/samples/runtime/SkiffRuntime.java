package dev.skiff.samples.runtime;

import dev.skiff.linux.CreateOptions;
import dev.skiff.linux.OciRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * An OCI runtime with the command line of runc, for Podman's and containerd's {@code --runtime} and for validation suites. All
 * that it does is to hand what is on the command line to {@link OciRuntime}.
 */
@Command(
        name = "skiff-runtime",
        mixinStandardHelpOptions = true,
        version = {"skiff-runtime version 0.1.0", "spec: 1.2.0"},
        description = "Runs containers by the OCI runtime specification.",
        subcommands = {
            Create.class,
            Start.class,
            State.class,
            Kill.class,
            Delete.class,
            Run.class,
            Exec.class,
            Ps.class,
            ListContainers.class,
            Pause.class,
            Resume.class,
            Update.class,
            Events.class,
            Spec.class,
            FeaturesCommand.class
        })
public final class SkiffRuntime implements Runnable {
    private static final int FAILED = 1;

    @Option(
            names = "--root",
            description =
                    "where containers are kept (default: /run/skiff-runtime, or below XDG_RUNTIME_DIR without root's rights)")
    private Path root = StateRoot.standard();

    @Option(names = "--log", description = "a file to which errors are written, too")
    private Optional<Path> log = Optional.empty();

    @Option(names = "--log-format", description = "text or json", defaultValue = "text")
    private String logFormat = "text";

    @Option(names = "--debug", description = "print the trace of an error")
    private boolean debug;

    @Option(
            names = "--systemd-cgroup",
            description = "control groups are scopes of systemd: cgroupsPath is slice:prefix:name")
    private boolean systemdCgroup;

    private SkiffRuntime() {}

    /** Runs one command. */
    public static void main(String[] args) {
        SkiffRuntime runtime = new SkiffRuntime();
        CommandLine line = new CommandLine(runtime)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> runtime.tell(failure, command));
        CommandLine exec = Objects.requireNonNull(line.getSubcommands().get("exec"), "exec");
        exec.setStopAtPositional(true); // what follows the id is another command's
        System.exit(line.execute(args));
    }

    /** Errors are all that is logged, and whether it runs as an ordinary user is found out. */
    @Option(
            names = {"--log-level", "--rootless", "--criu"},
            description = "not heeded")
    void pass(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("--log-level, --rootless and --criu have a value");
        }
    }

    @Override
    public void run() {
        throw new IllegalArgumentException("which command? See skiff-runtime --help");
    }

    CreateOptions options() {
        return systemdCgroup ? CreateOptions.standard().inSystemdScope() : CreateOptions.standard();
    }

    OciRuntime open() {
        return OciRuntime.open(root);
    }

    private int tell(Exception failure, CommandLine command) {
        String message = Failures.message(failure);
        System.err.println(message);
        if (debug) {
            failure.printStackTrace();
        }
        log.ifPresent(file -> write(file, message));
        return command.getCommand() instanceof Exec ? Exec.FAILED : FAILED;
    }

    private void write(Path file, String message) {
        String line = logFormat.equals("json")
                ? Failures.json("error", message, Instant.now())
                : "level=error time=" + Instant.now() + " msg=" + message + "\n";
        try {
            Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("write to the log " + file, e);
        }
    }
}
