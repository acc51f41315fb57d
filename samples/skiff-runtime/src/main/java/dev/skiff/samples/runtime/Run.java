package dev.skiff.samples.runtime;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.OciRuntime;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates and starts a container, and waits for its end. */
@Command(name = "run", description = "Creates and starts a container, waits for its end, and deletes it.")
final class Run extends Create {
    private static final int SIGNALED = 128;

    @Option(
            names = {"-d", "--detach"},
            description = "do not wait")
    private boolean detach;

    @Option(names = "--keep", description = "do not delete it when it has ended")
    private boolean keep;

    @Override
    int run(OciRuntime open) throws IOException {
        if (!detach) {
            open.adopt();
        }
        create(open);
        try {
            open.start(id);
        } catch (RuntimeException e) {
            open.delete(id, true);
            throw e;
        }
        if (detach) {
            return 0;
        }
        ContainerExit exit = open.await(id);
        if (!keep) {
            open.delete(id, true);
        }
        return status(exit);
    }

    /** As a shell has it. */
    static int status(ContainerExit exit) {
        return exit.signaled() ? SIGNALED + exit.value() : exit.value();
    }
}
