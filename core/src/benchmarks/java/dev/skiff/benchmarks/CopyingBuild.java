package dev.skiff.benchmarks;

import dev.skiff.Image;
import dev.skiff.Skiff;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code FROM scratch} and a COPY of 5,000 files, 200 MB: built into an empty store, built again unchanged, and with one file
 * changed; beside it what the same bytes take {@code tar c | sha256sum} and Debian's buildah, in turn.
 */
public final class CopyingBuild {
    private static final int FILES = 5_000;
    private static final int DIRECTORIES = 50;
    private static final long BYTES = 200_000_000;
    private static final int ROUNDS = 9;
    private static final int PLACES = 9; // of the file that changes: what comes after it in the tar is hashed again
    private static final int WARM_UP = 6;
    private static final int CHANGES_TO_WARM_UP = 5 * PLACES; // the compilers have a core of two for themselves meanwhile
    private static final double MEBIBYTE = 1 << 20;

    private final Path work;
    private final Path context;
    private final List<Path> files;
    private int count;

    private CopyingBuild(Path work) throws IOException {
        this.work = work;
        this.context = makeContext(work.resolve("context"));
        try (Stream<Path> all = Files.walk(context.resolve("data"))) {
            this.files = all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /**
     * Measures and prints.
     *
     * @param args a directory to work in, on tmpfs or a file system of its own; the default is a temporary one
     */
    public static void main(String[] args) throws Exception {
        Path base = args.length > 0 ? Files.createDirectories(Path.of(args[0])) : Path.of("/dev/shm");
        Path work = Files.createTempDirectory(base, "skiff-copy");
        try {
            new CopyingBuild(work).measure();
        } finally {
            run("rm", "-rf", work.toString());
        }
    }

    private static Path makeContext(Path context) throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < FILES; i++) {
            Path directory = Files.createDirectories(context.resolve("data/d" + i % DIRECTORIES));
            byte[] content = new byte[(int) (BYTES / FILES / 2 + random.nextInt((int) (BYTES / FILES)))];
            random.nextBytes(content);
            Files.write(directory.resolve("f" + i), content);
        }
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY data /data\n");
        return context;
    }

    private void measure() throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            fresh(new Figures("warm-up"));
        }
        Figures fresh = new Figures("skiff, COPY of 5,000 files, 200 MB");
        Figures tar = new Figures("tar c | sha256sum");
        Figures buildah = new Figures("buildah build, layer not compressed");
        Figures unchanged = new Figures("skiff, unchanged");
        List<Figures> changed = IntStream.rangeClosed(1, PLACES)
                .mapToObj(place -> new Figures("skiff, one file changed, place " + place + " of " + PLACES))
                .toList();
        boolean peer = Files.isExecutable(Path.of("/usr/bin/buildah"));
        long peak = 0;
        for (int i = 0; i < ROUNDS; i++) {
            resetPeak();
            fresh(fresh);
            peak = Math.max(peak, peakHeap());
            tar.time(() -> run("sh", "-c", "tar c -C " + context + " data | sha256sum"));
            if (peer) {
                buildah(buildah);
            }
        }
        rebuilds(unchanged, changed);
        List.of(fresh, tar, unchanged).forEach(System.out::println);
        changed.forEach(System.out::println);
        System.out.printf("skiff takes %.2f of the time of tar c | sha256sum%n", fresh.median() / tar.median());
        if (peer) {
            System.out.println(buildah);
            System.out.printf("skiff takes %.2f of buildah's time%n", fresh.median() / buildah.median());
        } else {
            System.out.println("buildah is not installed: no figure beside ours");
        }
        System.out.printf("peak heap %.0f MiB%n", peak / MEBIBYTE);
    }

    /** Into a store that is empty: nothing is known of the context. */
    private void fresh(Figures figures) throws Exception {
        Path home = work.resolve("home" + count++);
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            figures.time(() -> skiff.images().build(context).await());
        }
        run("rm", "-rf", home.toString());
    }

    private void rebuilds(Figures unchanged, List<Figures> changed) throws Exception {
        Path home = work.resolve("home");
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            Image first = skiff.images().build(context).await();
            for (int i = 0; i < 4 * ROUNDS; i++) {
                unchanged.time(() -> skiff.images().build(context).await());
            }
            for (int i = 0; i < CHANGES_TO_WARM_UP + PLACES * ROUNDS; i++) {
                Files.writeString(files.get(i % PLACES * (FILES - 1) / (PLACES - 1)), "change " + i);
                Figures figures = i < CHANGES_TO_WARM_UP ? new Figures("to warm up") : changed.get(i % PLACES);
                figures.time(() -> skiff.images().build(context).await());
            }
            if (skiff.images().build(context).await().digest().equals(first.digest())) {
                throw new AssertionError("the change was not seen");
            }
        }
        run("rm", "-rf", home.toString());
    }

    private void buildah(Figures figures) throws Exception {
        String root = work.resolve("buildah").toString();
        figures.time(() -> run(
                "buildah",
                "--root=" + root,
                "--runroot=" + root + "-run",
                "--storage-driver=overlay",
                "build",
                "--isolation=chroot",
                "--disable-compression=true",
                "-q",
                context.toString()));
        run("buildah", "--root=" + root, "--runroot=" + root + "-run", "--storage-driver=overlay", "rmi", "-a", "-f");
    }

    private static void resetPeak() {
        System.gc();
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }

    private static Void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + said);
        }
        return null;
    }
}
