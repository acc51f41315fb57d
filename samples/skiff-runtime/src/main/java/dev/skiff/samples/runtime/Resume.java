package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import picocli.CommandLine.Command;

/** Lets the processes of a paused container go on. */
@Command(name = "resume", description = "Lets the processes of a paused container go on.")
final class Resume extends ContainerCommand {
    @Override
    int run(OciRuntime open) {
        open.pause(id, false);
        return 0;
    }
}
