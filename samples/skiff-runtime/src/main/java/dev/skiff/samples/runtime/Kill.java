package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.OciState;
import dev.skiff.linux.abi.Signal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a signal. */
@Command(name = "kill", description = "Sends a signal to the first process of a container.")
final class Kill extends ContainerCommand {
    private static final String NONE = "0"; // asks whether there is somebody who could be sent one: kill(2)

    @Parameters(
            index = "1",
            paramLabel = "SIGNAL",
            defaultValue = "SIGTERM",
            description = "a name or a number; 0 sends none and asks for the process alone")
    private String signal = "SIGTERM";

    @Option(
            names = {"-a", "--all"},
            description = "to all of its processes")
    private boolean all;

    @Override
    int run(OciRuntime open) {
        if (signal.equals(NONE)) {
            expectAlive(open.state(id));
        } else {
            open.kill(id, Signal.of(signal), all);
        }
        return 0;
    }

    /** There is no process more in a container that is stopped, which is fine with those who mean all. */
    private void expectAlive(OciState state) {
        if (!all && state.status().equals("stopped")) {
            throw new IllegalStateException("container " + id + " is stopped: " + Failures.NOT_RUNNING);
        }
    }
}
