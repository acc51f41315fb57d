package dev.skiff.benchmarks;

import dev.skiff.Image;
import dev.skiff.Skiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A build of 20 RUN steps of {@code true} on a busybox, nothing cached: all that a step costs beside its command. */
public final class RunSteps {
    private static final int STEPS = 20;
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 20;

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
            Image busybox = skiff.images().fromHost("busybox").tag("bench/busybox").await();
            Path dockerfile = work.resolve("Dockerfile");
            String run = "RUN [\"busybox\", \"true\"]\n";
            Files.writeString(dockerfile, "FROM bench/busybox\n" + run.repeat(STEPS));
            Figures figures = new Figures("build of " + STEPS + " RUN steps of true, on " + base);
            for (int i = 0; i < WARM_UP + ROUNDS; i++) {
                if (i < WARM_UP) {
                    build(skiff, dockerfile);
                } else {
                    figures.time(() -> build(skiff, dockerfile));
                }
            }
            System.out.println(figures);
            System.out.printf("%.1f ms a step, on %s%n", figures.median() / 1000 / STEPS, busybox);
        } finally {
            remove(work);
        }
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
