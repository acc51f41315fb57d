package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.abi.Signal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a signal. */
@Command(name = "kill", description = "Sends a signal to the first process of a container.")
final class Kill extends ContainerCommand {
    @Parameters(index = "1", paramLabel = "SIGNAL", defaultValue = "SIGTERM", description = "a name or a number")
    private String signal = "SIGTERM";

    @Option(
            names = {"-a", "--all"},
            description = "to all of its processes")
    private boolean all;

    @Override
    int run(OciRuntime open) {
        open.kill(id, Signal.of(signal), all);
        return 0;
    }
}
