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
import java.util.List;
import java.util.Optional;

/**
 * From asking for a process in a running container to having its exit status, for {@code /bin/true}: Skiff in this JVM, and {@code
 * crun exec} in a container of the same specification and root, in turn.
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
        Optional<Crun> crun = Crun.in(work, host.rootless());
        String peer = crun.map(Crun::nextId).orElse("");
        if (crun.isPresent()) {
            Spec theirs = host.rootless() ? Crun.withOwnIds(spec()) : spec();
            Path bundle = crun.get().bundle("bundle", theirs, root);
            crun.get().callDetached("run", "--detach", "--bundle", bundle.toString(), peer);
        }
        try (LinuxContainer container = host.start(new Overlays(work, root).next(spec()))) {
            container.started().join();
            measure(container, crun, peer);
        } finally {
            if (crun.isPresent()) {
                crun.get().call("delete", "--force", peer);
            }
        }
    }

    private void measure(LinuxContainer container, Optional<Crun> crun, String peer) throws Exception {
        Process process = spec().process().orElseThrow().withArgs(List.of("/bin/true"));
        for (int i = 0; i < WARM_UP; i++) {
            skiff(container, process);
        }
        Figures ours = new Figures("skiff, exec of /bin/true");
        Figures theirs = new Figures("crun exec");
        for (int block = 0; block < BLOCKS; block++) {
            for (int i = 0; i < ROUNDS; i++) {
                ours.time(() -> skiff(container, process));
            }
            for (int i = 0; i < ROUNDS && crun.isPresent(); i++) {
                theirs.time(() -> crun.get().call("exec", peer, "/bin/true"));
            }
        }
        System.out.println(ours);
        if (crun.isPresent()) {
            System.out.println(theirs);
            System.out.printf("skiff takes %.3f of crun's time%n", ours.median() / theirs.median());
        } else {
            System.out.println("crun is not installed: no figure beside ours");
        }
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
