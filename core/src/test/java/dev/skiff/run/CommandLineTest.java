package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.oci.image.ContainerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static final ContainerConfig IMAGE =
            ContainerConfig.empty().withEntrypoint(List.of("/entry")).withCmd(List.of("serve"));

    @Test
    void theImagesCommandFollowsItsEntrypoint() {
        assertThat(CommandLine.of(IMAGE, RunPlan.NOTHING)).containsExactly("/entry", "serve");
        assertThat(CommandLine.of(ContainerConfig.empty(), RunPlan.NOTHING)).isEmpty();
    }

    @Test
    void aCommandTakesThePlaceOfTheImagesCommand() {
        assertThat(CommandLine.of(IMAGE, RunPlan.NOTHING.withCommand(List.of("a", "b c"))))
                .containsExactly("/entry", "a", "b c");
        assertThat(CommandLine.of(IMAGE, RunPlan.NOTHING.withCommand(List.of())))
                .containsExactly("/entry");
    }

    @Test
    void anEntrypointMakesTheImagesCommandVoid() {
        assertThat(CommandLine.of(IMAGE, RunPlan.NOTHING.withEntrypoint(List.of("/other"))))
                .containsExactly("/other");
        RunPlan both = RunPlan.NOTHING.withCommand(List.of("mine")).withEntrypoint(List.of("/other"));
        assertThat(CommandLine.of(IMAGE, both)).containsExactly("/other", "mine");
    }

    @Test
    void aShellTextIsForTheImagesShellAndNotForItsEntrypoint() {
        assertThat(CommandLine.of(IMAGE, RunPlan.NOTHING.withShell("a | b"))).containsExactly("/bin/sh", "-c", "a | b");
        ContainerConfig bash = IMAGE.withShell(List.of("/bin/bash", "-eo", "pipefail", "-c"));
        assertThat(CommandLine.of(bash, RunPlan.NOTHING.withShell("a | b")))
                .containsExactly("/bin/bash", "-eo", "pipefail", "-c", "a | b");
    }

    @Test
    void theLastOfCommandAndShellCounts() {
        assertThat(CommandLine.of(IMAGE, RunPlan.NOTHING.withShell("x").withCommand(List.of("a"))))
                .containsExactly("/entry", "a");
        assertThat(CommandLine.of(
                        IMAGE, RunPlan.NOTHING.withCommand(List.of("a")).withShell("x")))
                .containsExactly("/bin/sh", "-c", "x");
    }
}
