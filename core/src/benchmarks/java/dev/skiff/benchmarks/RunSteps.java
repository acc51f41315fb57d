package dev.skiff.benchmarks;

import dev.skiff.Image;
import dev.skiff.Skiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Builds of 20 RUN steps on a busybox, nothing cached: of {@code true}, which is all that a step costs beside its command, and of one
 * that leaves another file each time, so that there is a layer to be kept.
 */
public final class RunSteps {
    private static final int STEPS = 20;
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 20;
    private static final double MICROSECONDS = 1000.0;

    private RunSteps() {}

    /**
     * Measures and prints.
     *
     * @param args a directory to work in, on the file system that is to be measured; the default is a temporary one in /dev/shm
     */
    public static void main(String[] args) throws Exception {
        Path base = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : Path.of("/dev/shm");
        Path work = Files.createTempDirectory(base, "skiff-run-steps");
        try (Skiff skiff = Skiff.builder().store(work.resolve("home")).open()) {
            skiff.images().fromHost("busybox").tag("bench/busybox").await();
            String write = "RUN [\"busybox\", \"dd\", \"if=/dev/urandom\", \"of=/f\", \"count=1\"]\n";
            measure(skiff, work, "true", "RUN [\"busybox\", \"true\"]\n");
            measure(skiff, work, "a command that writes a file", write);
        } finally {
            remove(work);
        }
    }

    private static void measure(Skiff skiff, Path work, String what, String run) throws Exception {
        Path dockerfile = work.resolve("Dockerfile");
        Files.writeString(dockerfile, "FROM bench/busybox\n" + run.repeat(STEPS));
        for (int i = 0; i < WARM_UP; i++) {
            build(skiff, dockerfile);
        }
        Figures figures = new Figures(STEPS + " RUN steps of " + what);
        for (int i = 0; i < ROUNDS; i++) {
            figures.time(() -> build(skiff, dockerfile));
        }
        System.out.println(figures);
        System.out.printf("%.1f ms a step, in %s%n", figures.median() / MICROSECONDS / STEPS, work);
    }

    private static Image build(Skiff skiff, Path dockerfile) {
        return skiff.images().build(dockerfile).noCache().await();
    }

    private static void remove(Path work) throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
