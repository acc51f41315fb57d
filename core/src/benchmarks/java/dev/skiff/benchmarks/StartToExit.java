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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * From asking for a container to having its exit status, for {@code /bin/true} with all namespaces, overlay, the default
 * seccomp filter, and limits on memory, processes and devices where this user can have them: Skiff in this JVM, and {@code crun run}
 * and {@code runc run} with the same specification on the same root, in turn; Skiff without the limits, to see what they cost; and, for
 * root, a C program that makes the same calls. An ordinary user measures what an ordinary user has.
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
        Map<Peer, Path> peers = new LinkedHashMap<>();
        Map<Peer, Figures> theirs = new LinkedHashMap<>();
        for (Peer peer : Peer.all(work, host.rootless())) {
            peers.put(peer, peer.bundle("bundle", forPeers(), root));
            theirs.put(peer, new Figures(peer.name() + " run, the same specification and root"));
        }
        Figures ours = new Figures("skiff, start to exit of /bin/true");
        Figures bare = new Figures("skiff, without limits on memory, processes and devices");
        Figures same = new Figures("a C program that makes the same calls as the first");
        Optional<SameCalls> calls = host.rootless() // its ids are mapped by another process, between its calls
                ? Optional.empty()
                : Optional.of(SameCalls.of(host, overlays.next(limited()), work));
        if (calls.isPresent()) {
            calls.get().measure(ROUNDS, new Figures("to warm up"));
        }
        for (int block = 0; block < BLOCKS; block++) {
            for (int i = 0; i < ROUNDS; i++) {
                ours.time(() -> skiff(limited()));
            }
            if (calls.isPresent()) {
                calls.get().measure(ROUNDS, same);
            }
            for (int i = 0; i < ROUNDS; i++) {
                bare.time(() -> skiff(unlimited()));
            }
            for (Map.Entry<Peer, Figures> each : theirs.entrySet()) {
                Peer peer = each.getKey();
                String bundle = Objects.requireNonNull(peers.get(peer)).toString();
                for (int i = 0; i < ROUNDS; i++) {
                    each.getValue().time(() -> peer.call("run", "--bundle", bundle, peer.nextId()));
                }
            }
        }
        calls.ifPresent(SameCalls::close);
        System.out.println(ours);
        System.out.println(bare);
        if (calls.isPresent()) {
            System.out.println(same);
            System.out.printf("skiff takes %.2f of the C program's time%n", ours.median() / same.median());
        }
        theirs.forEach((peer, figures) -> {
            System.out.println(figures);
            System.out.printf("skiff takes %.3f of %s's time%n", ours.median() / figures.median(), peer.name());
        });
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

    /** What they need to be told, and what an ordinary user's Skiff does by itself. */
    private Spec forPeers() throws IOException {
        return host.rootless() ? Peer.withOwnIds(spec()) : limited();
    }
}
