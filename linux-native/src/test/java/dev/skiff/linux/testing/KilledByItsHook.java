package dev.skiff.linux.testing;

import dev.skiff.linux.LinuxContainer;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import java.nio.file.Path;
import java.util.List;

/** A JVM that is killed while a container waits for it: run by tests as a program of its own. */
public final class KilledByItsHook {
    private KilledByItsHook() {}

    /**
     * Starts a container whose {@code createRuntime} hook kills this JVM.
     *
     * @param args a directory for the container, and what it would run
     */
    public static void main(String[] args) throws Exception {
        TestContainers containers = new TestContainers(Path.of(args[0]));
        Hook kill = Hook.of("/bin/sh")
                .withArgs(List.of(
                        "sh", "-c", "kill -KILL " + ProcessHandle.current().pid()));
        try (LinuxContainer container = containers.host.start(containers.request(
                containers.spec(args[1]).withHooks(Hooks.none().withCreateRuntime(List.of(kill))), List.of()))) {
            System.out.println("started " + container.started().join());
        }
    }
}
