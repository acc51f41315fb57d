package dev.skiff.benchmarks;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * From asking for a process in a running container to having its exit status, for {@code /bin/true}: Skiff in this JVM, and {@code
 * crun exec} and {@code runc exec} in containers of the same specification and root, in turn.
 */
public final class ExecToExit {
    private static final int WARM_UP = 2000;
    private static final int BLOCKS = 8;
    private static final int ROUNDS = 50;
    private static final List<String> WAITS = List.of("/bin/sleep", "10000");

    private final LinuxHost host;
    private final Path work;
    private final Path root;

    private ExecToExit(LinuxHost host, Path work) throws IOException {
        this.host = host;
        this.work = work;
        this.root = BusyboxRoot.in(work.resolve("root"));
    }

    /**
     * Measures and prints.
     *
     * @param args a directory to work in, on tmpfs or a file system of its own; the default is a temporary one
     */
    public static void main(String[] args) throws Exception {
        Path base = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : Path.of("/dev/shm");
        Path work = Files.createTempDirectory(base, "skiff-exec");
        try (LinuxHost host = LinuxHost.open()) {
            new ExecToExit(host, work).measure();
            host.removeTree(work);
        }
    }

    private Spec spec() {
        return host.defaults().spec(WAITS, false).withHostname("box");
    }

    private void measure() throws Exception {
        Map<Peer, String> peers = new LinkedHashMap<>();
        try (LinuxContainer container = host.start(new Overlays(work, root).next(spec()))) {
            container.started().join();
            for (Peer peer : Peer.all(work, host.rootless())) {
                Spec theirs = host.rootless() ? Peer.withOwnIds(spec()) : spec();
                Path bundle = peer.bundle("bundle", theirs, root);
                String id = peer.nextId();
                peer.callDetached("run", "--detach", "--bundle", bundle.toString(), id);
                peers.put(peer, id);
            }
            measure(container, peers);
        } finally {
            for (Map.Entry<Peer, String> peer : peers.entrySet()) {
                peer.getKey().call("delete", "--force", peer.getValue());
            }
        }
    }

    private void measure(LinuxContainer container, Map<Peer, String> peers) throws Exception {
        Process process = spec().process().orElseThrow().withArgs(List.of("/bin/true"));
        for (int i = 0; i < WARM_UP; i++) {
            skiff(container, process);
        }
        Figures ours = new Figures("skiff, exec of /bin/true");
        Map<Peer, Figures> theirs = new LinkedHashMap<>();
        peers.keySet().forEach(peer -> theirs.put(peer, new Figures(peer.name() + " exec")));
        for (int block = 0; block < BLOCKS; block++) {
            for (int i = 0; i < ROUNDS; i++) {
                ours.time(() -> skiff(container, process));
            }
            for (Map.Entry<Peer, Figures> each : theirs.entrySet()) {
                Peer peer = each.getKey();
                String id = Objects.requireNonNull(peers.get(peer));
                for (int i = 0; i < ROUNDS; i++) {
                    each.getValue().time(() -> peer.call("exec", id, "/bin/true"));
                }
            }
        }
        System.out.println(ours);
        theirs.forEach((peer, figures) -> {
            System.out.println(figures);
            System.out.printf("skiff takes %.3f of %s's time%n", ours.median() / figures.median(), peer.name());
        });
    }

    private static ContainerExit skiff(LinuxContainer container, Process process) {
        try (LinuxExec exec = container.exec(process)) {
            ContainerExit exit = exec.exited().join();
            if (exit.value() != 0) {
                throw new AssertionError("the process ended with " + exit);
            }
            return exit;
        }
    }
}
