package dev.skiff.samples.runtime;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.abi.Signal;
import java.io.IOException;
import java.util.Optional;
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
        Optional<Foreground> foreground = foreground(detach);
        try {
            return run(open, foreground);
        } finally {
            foreground.ifPresent(Foreground::close);
        }
    }

    private int run(OciRuntime open, Optional<Foreground> foreground) throws IOException {
        create(open, foreground);
        if (!detach) {
            Signals.handOn(signal -> handOn(open, signal));
        }
        try {
            foreground.ifPresent(Foreground::resize);
            open.start(id);
            foreground.ifPresent(Foreground::carry);
        } catch (RuntimeException e) {
            open.delete(id, true);
            throw e;
        }
        if (detach) {
            return 0;
        }
        ContainerExit exit = open.await(id);
        foreground.ifPresent(Foreground::finish);
        if (!keep) {
            open.delete(id, true);
        }
        return status(exit);
    }

    private void handOn(OciRuntime open, Signal signal) {
        try {
            open.kill(id, signal, false);
        } catch (ContainerStateException e) {
            return; // it has ended, and we are about to
        }
    }

    /** As a shell has it. */
    static int status(ContainerExit exit) {
        return exit.signaled() ? SIGNALED + exit.value() : exit.value();
    }
}
