package dev.skiff.benchmarks;

import dev.skiff.linux.ContainerLog;
import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LogEntry;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What the default seccomp filter costs a system call: nanoseconds of a getppid(2), which the kernel finds out once to be allowed
 * whatever its arguments, and of a personality(2), for which it asks the filter each time. Without a filter, with the one that is
 * compiled here, and with the one that crun has libseccomp make of the same profile, in turn.
 */
public final class FilterCost {
    private static final int ROUNDS = 9;
    private static final String SOURCE =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/syscall.h>
            #include <time.h>
            #include <unistd.h>
            static double now(void) {
                struct timespec t;
                clock_gettime(CLOCK_MONOTONIC, &t);
                return t.tv_sec * 1e9 + t.tv_nsec;
            }
            int main(int count, char **arguments) {
                int rounds = 3000000;
                int asked = count > 1;
                double begin = now();
                for (int i = 0; i < rounds; i++)
                    if (asked) syscall(SYS_personality, 0xffffffffUL); else syscall(SYS_getppid);
                printf("%.2f\\n", (now() - begin) / rounds);
                return 0;
            }
            """;

    private final LinuxHost host;
    private final Path work;
    private final Path root;
    private final Overlays overlays;

    private FilterCost(LinuxHost host, Path work) throws Exception {
        this.host = host;
        this.work = work;
        this.root = BusyboxRoot.in(work.resolve("root"));
        this.overlays = new Overlays(work, root);
        Path source = Files.writeString(work.resolve("loop.c"), SOURCE);
        Process compiler = new ProcessBuilder(
                        "cc", "-O2", "-static", "-o", root.resolve("bin/loop").toString(), source.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("the loop does not compile");
        }
    }

    /**
     * Measures and prints.
     *
     * @param args a directory to work in; the default is a temporary one
     */
    public static void main(String[] args) throws Exception {
        Path base = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : Path.of("/dev/shm");
        Path work = Files.createTempDirectory(base, "skiff-filter");
        try (LinuxHost host = LinuxHost.open()) {
            FilterCost cost = new FilterCost(host, work);
            cost.measure("getppid", List.of("/bin/loop"));
            cost.measure("personality", List.of("/bin/loop", "asked"));
            host.removeTree(work);
        }
    }

    private void measure(String call, List<String> command) throws Exception {
        Optional<Peer> crun = Peer.crun(work, host.rootless());
        Spec spec = host.defaults().spec(command, false).withHostname("box");
        Spec theirs = host.rootless() ? Peer.withOwnIds(spec) : spec;
        Path bundle = crun.isPresent() ? crun.get().bundle(call, theirs, root) : work;
        List<Double> without = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> libseccomp = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            Linux linux = spec.linux().orElseThrow();
            without.add(skiff(spec.withLinux(linux.withoutSeccomp())));
            ours.add(skiff(spec));
            if (crun.isPresent()) {
                libseccomp.add(
                        Double.valueOf(crun.get().call("run", "--bundle", bundle.toString(), crun.get().nextId()).strip()));
            }
        }
        System.out.printf("%s: %.1f ns without a filter, %.1f with ours", call, median(without), median(ours));
        System.out.println(crun.isPresent() ? String.format(", %.1f with libseccomp's", median(libseccomp)) : "");
    }

    private static double median(List<Double> figures) {
        Collections.sort(figures);
        return figures.get(figures.size() / 2);
    }

    private double skiff(Spec spec) throws IOException {
        ContainerRequest request = overlays.next(spec);
        try (LinuxContainer container = host.start(request)) {
            if (container.exited().join().value() != 0) {
                throw new AssertionError("the container ended with " + container.exited().join());
            }
        }
        try (ContainerLog log = ContainerLog.open(request.directory())) {
            LogEntry said = log.next().orElseThrow();
            return Double.parseDouble(new String(said.text(), StandardCharsets.UTF_8).strip());
        }
    }
}
