package dev.skiff.linux.testing;

import dev.skiff.linux.LinuxContainer;
import java.nio.file.Path;
import java.util.List;

/** A JVM that starts containers and then waits to be killed: run by tests as a program of its own. */
public final class Orphans {
    private Orphans() {}

    /**
     * Says {@code started} when the first one runs.
     *
     * @param args a directory for the containers, what they run, and whether to start more and more of them
     */
    public static void main(String[] args) throws Exception {
        TestContainers containers = new TestContainers(Path.of(args[0]));
        String script = args[1] + " & " + args[1];
        do {
            LinuxContainer container = containers.host.start(containers.request(containers.spec(script), List.of()));
            System.out.println("started " + container.started().join());
        } while (args.length > 2);
        System.in.read(); // until it is killed, or nobody is there to do it
    }
}
