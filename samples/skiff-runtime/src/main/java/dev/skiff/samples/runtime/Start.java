package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import picocli.CommandLine.Command;

/** Starts a container. */
@Command(name = "start", description = "Runs the program of a container that was created.")
final class Start extends ContainerCommand {
    @Override
    int run(OciRuntime open) {
        open.start(id);
        return 0;
    }
}
