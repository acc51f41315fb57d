package dev.skiff.benchmarks;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * From asking for a container to having its exit status, for {@code /bin/true} with all namespaces, overlay, the default
 * seccomp filter, and limits on memory, processes and devices where this user can have them: Skiff in this JVM, and {@code crun run}
 * with the same specification on the same root, in turn; Skiff without the limits, to see what they cost; and a C program that
 * makes the same calls. An ordinary user
 * measures what an ordinary user has: crun without control groups, for it cannot have its own everywhere.
 */
public final class StartToExit {
    private static final int WARM_UP = 1500;
    private static final int BLOCKS = 8;
    private static final long MEMORY = 256 << 20;
    private static final int ROUNDS = 25; // of each in a block: what the kernel still tears down is then mostly one's own

    private final LinuxHost host;
    private final Path work;
    private final Path root;
    private final Overlays overlays;

    private StartToExit(LinuxHost host, Path work) throws IOException {
        this.host = host;
        this.work = work;
        this.root = BusyboxRoot.in(work.resolve("root"));
        this.overlays = new Overlays(work, root);
    }

    /**
     * Measures and prints.
     *
     * @param args a directory to work in, on tmpfs or a file system of its own; the default is a temporary one
     */
    public static void main(String[] args) throws Exception {
        Path base = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : Path.of("/dev/shm");
        Path work = Files.createTempDirectory(base, "skiff-start");
        try (LinuxHost host = LinuxHost.open()) {
            new StartToExit(host, work).measure();
            host.removeTree(work);
        }
    }

    private void measure() throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            skiff(limited());
            skiff(unlimited());
        }
        Optional<Crun> crun = Crun.in(work, host.rootless());
        Path bundle = crun.isPresent() ? crun.get().bundle("bundle", forCrun(), root) : work;
        Figures ours = new Figures("skiff, start to exit of /bin/true");
        Figures bare = new Figures("skiff, without limits on memory, processes and devices");
        Figures same = new Figures("a C program that makes the same calls as the first");
        Figures theirs = new Figures("crun run, the same specification and root");
        try (SameCalls calls = SameCalls.of(host, overlays.next(limited()), work)) {
            calls.measure(ROUNDS, new Figures("to warm up"));
            for (int block = 0; block < BLOCKS; block++) {
                for (int i = 0; i < ROUNDS; i++) {
                    ours.time(() -> skiff(limited()));
                }
                calls.measure(ROUNDS, same);
                for (int i = 0; i < ROUNDS; i++) {
                    bare.time(() -> skiff(unlimited()));
                }
                for (int i = 0; i < ROUNDS && crun.isPresent(); i++) {
                    theirs.time(() -> crun(crun.get(), bundle));
                }
            }
        }
        System.out.println(ours);
        System.out.println(bare);
        System.out.println(same);
        System.out.printf("skiff takes %.2f of the C program's time%n", ours.median() / same.median());
        if (crun.isPresent()) {
            System.out.println(theirs);
            System.out.printf("skiff takes %.3f of crun's time%n", ours.median() / theirs.median());
        } else {
            System.out.println("crun is not installed: no figure beside ours");
        }
    }

    private Spec spec() {
        return host.defaults().spec(List.of("/bin/true"), false).withHostname("box");
    }

    private Spec unlimited() {
        Spec spec = spec();
        return spec.withLinux(spec.linux().orElseThrow().withResources(Resources.none()));
    }

    private Spec limited() {
        Spec spec = spec();
        Linux linux = spec.linux().orElseThrow();
        Resources resources = linux.resources().orElseGet(Resources::none);
        return host.controllers().contains("memory")
                ? spec.withLinux(linux.withResources(
                        resources.withMemory(Memory.none().withLimit(MEMORY).withSwap(MEMORY))))
                : spec;
    }

    private ContainerExit skiff(Spec spec) throws IOException {
        try (LinuxContainer container = host.start(overlays.next(spec))) {
            ContainerExit exit = container.exited().join();
            if (exit.value() != 0) {
                throw new AssertionError("the container ended with " + exit);
            }
            return exit;
        }
    }

    /** What crun needs to be told, and what an ordinary user's Skiff does by itself. */
    private Spec forCrun() throws IOException {
        return host.rootless() ? Crun.withOwnIds(spec()) : limited();
    }

    private Void crun(Crun crun, Path bundle) throws IOException, InterruptedException {
        crun.call("run", "--bundle", bundle.toString(), crun.nextId());
        return null;
    }
}
