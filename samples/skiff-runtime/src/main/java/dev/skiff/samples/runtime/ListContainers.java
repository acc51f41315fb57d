package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.OciState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Tells all containers. */
@Command(name = "list", description = "Prints the containers that there are.")
final class ListContainers implements Callable<Integer> {
    @ParentCommand
    private SkiffRuntime runtime;

    @Option(
            names = {"-q", "--quiet"},
            description = "their ids alone")
    private boolean quiet;

    @SuppressWarnings("NullAway.Init") // set by picocli
    ListContainers() {}

    @Override
    public Integer call() {
        try (OciRuntime open = runtime.open()) {
            if (!quiet) {
                System.out.printf("%-32s %8s  %-8s %s%n", "ID", "PID", "STATUS", "BUNDLE");
            }
            for (OciState state : open.list()) {
                System.out.println(
                        quiet
                                ? state.id()
                                : String.format(
                                        "%-32s %8d  %-8s %s", state.id(), state.pid(), state.status(), state.bundle()));
            }
            return 0;
        }
    }
}
