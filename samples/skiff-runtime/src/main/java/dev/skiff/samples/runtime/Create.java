package dev.skiff.samples.runtime;

import dev.skiff.linux.CreateOptions;
import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.OciState;
import dev.skiff.linux.OciStreams;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates a container. */
@Command(name = "create", description = "Creates a container, which then waits to be started.")
class Create extends ContainerCommand {
    @Option(
            names = {"-b", "--bundle"},
            description = "the directory with config.json (default: the current one)")
    private Path bundle = Path.of("");

    @Option(
            names = "--console-socket",
            description = "where the master of a terminal is sent to that nobody here waits for")
    private Optional<Path> consoleSocket = Optional.empty();

    @Option(names = "--pid-file", description = "a file for the process id of the container")
    private Optional<Path> pidFile = Optional.empty();

    @Option(names = "--no-pivot", description = "refused: the root is always pivoted")
    private boolean noPivot;

    @Option(names = "--no-new-keyring", description = "it has the session keyring of the caller, and none of its own")
    private boolean noNewKeyring;

    @Option(names = "--preserve-fds", description = "how many descriptors it has beside the standard streams")
    private int preserveFds;

    @Override
    int run(OciRuntime open) throws IOException {
        create(open, foreground(true));
        return 0;
    }

    /** Who carries the terminal that the configuration asks for. */
    final Optional<Foreground> foreground(boolean detached) throws IOException {
        try (InputStream in = Files.newInputStream(bundle.resolve("config.json"))) {
            boolean hasTerminal = Json.read(in, Spec.class)
                    .process()
                    .filter(Process::terminal)
                    .isPresent();
            return Foreground.of(hasTerminal, detached, consoleSocket);
        }
    }

    final void create(OciRuntime open, Optional<Foreground> foreground) throws IOException {
        if (noPivot) {
            throw new IllegalArgumentException("--no-pivot: a root that is not pivoted leaves the host's in reach");
        }
        OciStreams streams = Foreground.streams(foreground, consoleSocket);
        CreateOptions options = runtime.options();
        OciState state = open.create(
                id,
                bundle,
                streams.withDescriptors(HandedDown.descriptors(preserveFds)),
                noNewKeyring ? options.withCallersKeyring() : options);
        if (pidFile.isPresent()) {
            PidFile.write(pidFile.get(), state.pid());
        }
    }
}
