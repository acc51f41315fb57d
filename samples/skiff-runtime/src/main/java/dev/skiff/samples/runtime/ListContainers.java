package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.OciState;
import dev.skiff.oci.Json;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    @Option(
            names = {"-f", "--format"},
            description = "table or json")
    private String format = "table";

    @SuppressWarnings("NullAway.Init") // set by picocli
    ListContainers() {}

    @Override
    public Integer call() {
        try (OciRuntime open = runtime.open()) {
            if (!quiet && format.equals("json")) {
                System.out.println(open.list().stream()
                        .map(state -> new String(Json.write(state), StandardCharsets.UTF_8))
                        .collect(Collectors.joining(",", "[", "]")));
                return 0;
            }
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
