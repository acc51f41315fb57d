package dev.skiff.linux.testing;

import dev.skiff.linux.LinuxContainer;
import java.nio.file.Path;
import java.time.Duration;

/** A JVM that starts a container and then waits to be killed: run by tests as a program of its own. */
public final class Orphans {
    private Orphans() {}

    public static void main(String[] args) throws Exception {
        TestContainers containers = new TestContainers(Path.of(args[0]));
        LinuxContainer container = containers.host.start(
                containers.request(containers.spec("sleep 7654 & sleep 7654"), java.util.List.of()));
        System.out.println("started " + container.started().join());
        Thread.sleep(Duration.ofMinutes(5).toMillis());
    }
}
