package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import picocli.CommandLine.Command;

/** Stops all processes of a container where they are. */
@Command(name = "pause", description = "Stops all processes of a container where they are.")
final class Pause extends ContainerCommand {
    @Override
    int run(OciRuntime open) {
        open.pause(id, true);
        return 0;
    }
}
