package dev.skiff.benchmarks;

import dev.skiff.Image;
import dev.skiff.Skiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A build of four stages that sleep for a second each and do not need each other: about one second, if they are built at once. And
 * the same with nothing changed.
 */
public final class SleepingStages {
    private static final int STAGES = 4;
    private static final int ROUNDS = 5;
    private static final int WARM_UP = 300;
    private static final int MANY_ROUNDS = 100;

    private SleepingStages() {}

    /**
     * Measures and prints.
     *
     * @param args a directory to work in, on the file system that is to be measured; the default is a temporary one in /dev/shm
     */
    public static void main(String[] args) throws Exception {
        Path base = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : Path.of("/dev/shm");
        Path work = Files.createTempDirectory(base, "skiff-stages");
        try (Skiff skiff = Skiff.builder().store(work.resolve("home")).open()) {
            Image busybox = skiff.images().fromHost("busybox").tag("bench/busybox").await();
            Path dockerfile = Files.writeString(work.resolve("Dockerfile"), dockerfile());
            Figures all = new Figures("build of " + STAGES + " stages that sleep 1 s each");
            for (int i = 0; i < ROUNDS; i++) {
                all.time(() -> skiff.images().build(dockerfile).noCache().await());
            }
            System.out.println(all);
            Figures unchanged = new Figures("the same with nothing changed");
            for (int i = 0; i < WARM_UP + MANY_ROUNDS; i++) {
                if (i < WARM_UP) {
                    skiff.images().build(dockerfile).await();
                } else {
                    unchanged.time(() -> skiff.images().build(dockerfile).await());
                }
            }
            System.out.println(unchanged);
            System.out.println("on " + busybox);
        } finally {
            remove(work);
        }
    }

    /** The commands differ, for equal steps are carried out once. */
    private static String dockerfile() {
        StringBuilder lines = new StringBuilder();
        StringBuilder copies = new StringBuilder("FROM scratch\n");
        for (int stage = 0; stage < STAGES; stage++) {
            lines.append("FROM bench/busybox AS s").append(stage).append('\n');
            lines.append("ENV STAGE=").append(stage).append('\n');
            lines.append("RUN [\"busybox\", \"sleep\", \"1\"]\nWORKDIR /s").append(stage).append('\n');
            copies.append(String.format("COPY --from=s%d /s%d /s%d%n", stage, stage, stage));
        }
        return lines.append(copies).toString();
    }

    private static void remove(Path work) throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
