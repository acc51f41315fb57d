package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the processes of a container. */
@Command(name = "ps", description = "Prints the processes of a container, as the host numbers them.")
final class Ps extends ContainerCommand {
    @Option(
            names = {"-f", "--format"},
            description = "table or json",
            defaultValue = "table")
    private String format = "table";

    @Override
    int run(OciRuntime open) {
        List<Long> processes = open.processes(id);
        if (format.equals("json")) {
            System.out.println(processes.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]")));
            return 0;
        }
        System.out.printf("%-12s %8s  %s%n", "USER", "PID", "CMD");
        for (long pid : processes) {
            ProcessHandle.of(pid)
                    .map(ProcessHandle::info)
                    .ifPresent(info -> System.out.printf(
                            "%-12s %8d  %s%n",
                            info.user().orElse("?"), pid, info.commandLine().orElse("?")));
        }
        return 0;
    }
}
