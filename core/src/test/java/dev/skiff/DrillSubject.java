package dev.skiff;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM that lives through faults: for each line that it reads it opens a Skiff, which nobody disturbs, and then once more,
 * with a container that is started, joined, copied into and stopped, and has a way out of its network if the line says
 * {@code outbound}. It tells how that went:
 *
 * <pre>
 * opened MILLISECONDS [what is left of containers]
 * began
 * done ok | failed EXCEPTION | bad EXCEPTION
 * </pre>
 */
final class DrillSubject {
    private static final int TICK_MILLIS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final AwakeClock clock = new AwakeClock();
    private final Path home;
    private final Path file;
    private final String mark;

    private DrillSubject(Path home, Path file, String mark) {
        this.home = home;
        this.file = file;
        this.mark = mark;
    }

    /**
     * Does a round for each line that it reads.
     *
     * @param args a home that has the image busybox, a file to copy, and what is in the command line of each process
     */
    public static void main(String[] args) throws Exception {
        DrillSubject subject = new DrillSubject(Path.of(args[0]), Path.of(args[1]), args[2]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            subject.round(line.equals("outbound") ? Outbound.required() : Outbound.none());
        }
    }

    private void round(Outbound outbound) throws Exception {
        long start = clock.nanos();
        open().close();
        System.out.println("opened " + TimeUnit.NANOSECONDS.toMillis(clock.nanos() - start) + " " + containers());
        System.out.println("began");
        String outcome = outcome(outbound);
        System.out.println("done " + outcome.replace('\n', ' '));
    }

    private List<String> containers() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("containers"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Skiff open() {
        return Skiff.builder().store(home).open();
    }

    private String outcome(Outbound outbound) throws InterruptedException {
        Alarm alarm = new Alarm(Thread.currentThread(), clock);
        try {
            work(outbound);
            return "ok";
        } catch (SkiffException e) {
            return "failed " + e;
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace();
            return "bad " + e;
        } finally {
            alarm.close();
            Thread.interrupted(); // that was for this round
        }
    }

    private void work(Outbound outbound) throws IOException {
        try (Skiff skiff = open();
                Container container = skiff.containers()
                        .run("busybox")
                        .outbound(outbound)
                        .shell("sleep " + mark + "1 & exec sleep " + mark + "2")
                        .start()) {
            container.exec("true").await(LIMIT);
            container.copyTo(file, "/tmp/copied");
            container.stop(Duration.ZERO);
        }
    }

    /** Interrupts whoever takes too long. */
    private static final class Alarm implements AutoCloseable {
        private final CountDownLatch over = new CountDownLatch(1);
        private final Thread thread;

        Alarm(Thread sleeper, AwakeClock clock) {
            thread = new Thread(() -> {
                try {
                    long deadline = clock.nanos() + LIMIT.toNanos();
                    while (!over.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                        if (clock.nanos() > deadline) {
                            sleeper.interrupt();
                            return;
                        }
                    }
                } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts the alarm", e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() {
            over.countDown();
            boolean interrupted = Thread.interrupted();
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
