package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Containers and processes in them that come and go, many at a time and one after the other, take nothing with them.
 * {@code -Dskiff.cycles=500} for more of them than a build has time for.
 */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(1200)
class CyclesKernelTest {
    private static final int CYCLES = Integer.getInteger("skiff.cycles", 50);
    private static final int AT_A_TIME = Math.min(50, CYCLES / 5);
    private static final int EXECS = 2 * CYCLES;
    private static final long SLACK_KIB = 48 * 1024; // compiled code, and arenas of the C library
    private static final Duration SOON = Duration.ofSeconds(20);

    private Path home;
    private Skiff skiff;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-cycles");
        skiff = Skiff.builder().store(home).open();
        TestImages.busybox(skiff);
    }

    @AfterEach
    void close() {
        skiff.close();
        TestDirectories.remove(home);
    }

    /** What may not have grown. */
    private record Use(HostState host, List<String> threads, List<String> containers) {
        Use asFarAsIn(Use now) {
            return new Use(host.asFarAsIn(now.host), threads, containers);
        }
    }

    private Use use() throws IOException {
        return new Use(HostState.now(), threads(), containers());
    }

    /** Those of a pool end when they have had nothing to do for a while. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("skiff-") && !name.matches("skiff-\\d+"))
                .sorted()
                .toList();
    }

    private List<String> containers() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("containers"))) {
            return files.map(Path::toString).toList();
        }
    }

    private void assertIsAgain(Use before, long memoryBefore) throws IOException {
        long deadline = System.nanoTime() + SOON.toNanos();
        Use now = use();
        while (!now.equals(before.asFarAsIn(now)) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            now = use();
        }
        assertThat(now).isEqualTo(before.asFarAsIn(now));
        while (memory() >= memoryBefore + SLACK_KIB && System.nanoTime() < deadline) {
            Thread.onSpinWait(); // a collector gives memory back by and by
        }
        assertThat(memory()).as("memory in KiB").isLessThan(memoryBefore + SLACK_KIB);
    }

    /** In KiB: what is reachable in the heap, and what is resident beside it; how much heap the collector keeps is its own affair. */
    private static long memory() throws IOException {
        System.gc();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long resident = Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.US_ASCII).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        return heap.getUsed() / 1024 + Math.max(0, resident - heap.getCommitted() / 1024);
    }

    private void cycle() {
        try (Container container =
                skiff.containers().run("busybox").command("sleep", "1000").start()) {
            assertThat(container.stop(Duration.ZERO)).isEqualTo(new ExitStatus.Signaled(9));
        }
    }

    private void cycles(int count) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(callers.submit(this::cycle));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void manyContainersAtATimeLeaveNothing() throws Exception {
        cycles(AT_A_TIME);
        Use before = use();
        long memory = memory();
        cycles(CYCLES);
        assertIsAgain(before, memory);
    }

    @Test
    void manyProcessesOneAfterTheOtherLeaveNothing() throws Exception {
        try (Container container =
                skiff.containers().run("busybox").command("sleep", "1000").start()) {
            exec(container, 10);
            Use before = use();
            long memory = memory();
            exec(container, EXECS);
            assertIsAgain(before, memory);
        }
    }

    private static void exec(Container container, int count) {
        for (int i = 0; i < count; i++) {
            ExecResult result = i % 2 == 0
                    ? container.exec("true").await(SOON)
                    : container.exec("cat").stdin("to its end").await(SOON); // which ends with its input
            assertThat(result.status().success()).isTrue();
            assertThat(result.stdout()).isEqualTo(i % 2 == 0 ? "" : "to its end");
        }
    }

    @Test
    void processesThatLeaveSomethingInTheBackgroundDoNotHangAndEndWithTheContainer() throws Exception {
        String mark = "98" + ProcessHandle.current().pid();
        cycle();
        Use before = use();
        long memory = memory();
        try (Container container =
                skiff.containers().run("busybox").command("sleep", "1000").start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(container
                                .exec("sh", "-c", "sleep " + mark + " & echo said")
                                .await(SOON)
                                .stdout())
                        .isEqualTo("said\n");
            }
            assertThat(TestContainers.processes("sleep " + mark)).hasSize(3);
        }
        assertThat(TestContainers.processes("sleep " + mark)).isEmpty();
        assertIsAgain(before, memory);
    }
}
