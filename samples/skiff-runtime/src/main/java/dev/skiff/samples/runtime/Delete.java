package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes a container. */
@Command(name = "delete", description = "Deletes what was made to create a container.")
final class Delete extends ContainerCommand {
    @Option(
            names = {"-f", "--force"},
            description = "kill it first if it is not stopped")
    private boolean force;

    @Override
    int run(OciRuntime open) {
        open.delete(id, force);
        return 0;
    }
}
