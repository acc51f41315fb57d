package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A command about one container. */
abstract class ContainerCommand implements Callable<Integer> {
    @ParentCommand
    SkiffRuntime runtime;

    @Parameters(index = "0", paramLabel = "ID", description = "of the container")
    String id = "";

    @SuppressWarnings("NullAway.Init") // set by picocli
    ContainerCommand() {}

    @Override
    public Integer call() throws IOException {
        try (OciRuntime open = runtime.open()) {
            return run(open);
        }
    }

    abstract int run(OciRuntime open) throws IOException;
}
