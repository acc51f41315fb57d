package dev.skiff.run;

import dev.skiff.oci.image.ContainerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is executed in the end: what the image says and what the caller says, merged as Docker does it. */
final class CommandLine {
    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    private CommandLine() {}

    /** Empty if neither says anything. */
    static List<String> of(ContainerConfig image, RunPlan plan) {
        Optional<String> shell = plan.shell();
        if (shell.isPresent()) {
            return joined(image.shell().isEmpty() ? SHELL : image.shell(), List.of(shell.get()));
        }
        List<String> command = plan.command().orElseGet(() -> plan.entrypoint().isPresent() ? List.of() : image.cmd());
        return joined(plan.entrypoint().orElse(image.entrypoint()), command);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
