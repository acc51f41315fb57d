package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import dev.skiff.oci.Json;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;

/** Tells the state of a container. */
@Command(name = "state", description = "Prints the state of a container as JSON.")
final class State extends ContainerCommand {
    @Override
    int run(OciRuntime open) {
        System.out.println(new String(Json.write(open.state(id)), StandardCharsets.UTF_8));
        return 0;
    }
}
