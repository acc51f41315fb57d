package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildEvent;
import dev.skiff.BuildStepException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stages side by side. That they are is told by commands that wait until others have begun. */
@KernelTest(programs = "/bin/busybox")
@Timeout(120)
class ParallelBuildKernelTest {
    @TempDir
    private Path directory;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private BusyboxBench bench;
    private ServerSocket meeting;
    private String meet;

    @BeforeEach
    void open() throws IOException {
        bench = new BusyboxBench(directory, executor);
        meeting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        meet = "nc 127.0.0.1 " + meeting.getLocalPort();
    }

    @AfterEach
    void close() throws IOException {
        meeting.close();
        bench.close();
        executor.shutdownNow();
    }

    /** Commands that connect, none of which goes on before this many are there. */
    private Future<List<Socket>> arrivals(int count) {
        return executor.submit(() -> {
            List<Socket> arrived = new ArrayList<>();
            while (arrived.size() < count) {
                arrived.add(meeting.accept());
            }
            return arrived;
        });
    }

    private Future<?> letGoWhenAllAreThere(int count) {
        Future<List<Socket>> arrivals = arrivals(count);
        return executor.submit(() -> {
            for (Socket each : arrivals.get()) {
                each.close();
            }
            return null;
        });
    }

    @Test
    void fourIndependentStagesRunAtTheSameTime() throws Exception {
        Future<?> met = letGoWhenAllAreThere(4);
        StoredImage image = bench.build(
                "FROM busybox AS a",
                "RUN --network=host " + meet + "; echo a > /a",
                "FROM busybox AS b",
                "RUN --network=host " + meet + "; echo b > /b",
                "FROM busybox AS c",
                "RUN --network=host " + meet + "; echo c > /c",
                "FROM busybox AS d",
                "RUN --network=host " + meet + "; echo d > /d",
                "FROM scratch",
                "COPY --from=a /a /",
                "COPY --from=b /b /",
                "COPY --from=c /c /",
                "COPY --from=d /d /");

        met.get();
        assertThat(image.layers()).hasSize(4);
        assertThat(bench.content(image.layers().get(3), "d")).isEqualTo("d\n");
    }

    @Test
    void aStageGoesOnUntilItComesToWhatItCopiesFromAnother() throws Exception {
        Future<?> met = letGoWhenAllAreThere(2);
        StoredImage image = bench.build(
                "FROM busybox AS tool",
                "RUN --network=host " + meet + "; echo made > /made",
                "FROM busybox",
                "RUN --network=host " + meet,
                "COPY --from=tool /made /made");

        met.get();
        assertThat(bench.content(BusyboxBench.top(image), "made")).isEqualTo("made\n");
    }

    @Test
    void theFirstFailureKillsWhatOthersRunAndLeavesNothing() throws Exception {
        bench.build("FROM busybox", "RUN true");
        List<String> before = bench.files();
        Future<List<Socket>> neverLetGo = arrivals(1);
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Future<?> letGo = executor.submit(() -> {
            neverLetGo.get();
            other.accept().close();
            return null;
        });

        assertThatThrownBy(() -> bench.build(
                        "FROM busybox AS never",
                        "RUN --network=host " + meet,
                        "FROM busybox AS broken",
                        "RUN --network=host nc 127.0.0.1 " + other.getLocalPort() + "; exit 3",
                        "FROM scratch",
                        "COPY --from=never /x /",
                        "COPY --from=broken /x /"))
                .isInstanceOfSatisfying(
                        BuildStepException.class,
                        e -> assertThat(e.status().code()).isEqualTo(3))
                .hasNoSuppressedExceptions();
        letGo.get();
        other.close();
        assertThat(bench.files()).isEqualTo(before);
    }

    @Test
    void anInterruptEndsAllStagesAndLeavesNothing() throws Exception {
        bench.build("FROM busybox", "RUN true");
        List<String> before = bench.files();
        Thread builder = Thread.currentThread();
        Future<List<Socket>> arrivals = arrivals(2);
        Future<?> interrupted = executor.submit(() -> {
            arrivals.get();
            builder.interrupt();
            return null;
        });

        assertThatThrownBy(() -> bench.build(
                        "FROM busybox AS a",
                        "RUN --network=host " + meet,
                        "FROM busybox AS b",
                        "RUN --network=host " + meet + "; true",
                        "FROM scratch",
                        "COPY --from=a /x /",
                        "COPY --from=b /x /"))
                .isInstanceOf(InterruptedOperationException.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupted.get();
        assertThat(bench.files()).isEqualTo(before);
    }

    @Test
    @Timeout(600)
    void anInterruptAtAnyEventLeavesNothingUnfinished() throws Exception {
        String[] lines = {
            "FROM busybox AS a",
            "RUN echo a > /a",
            "FROM busybox AS b",
            "WORKDIR /w",
            "RUN echo b > /b",
            "FROM scratch",
            "COPY --from=a /a /",
            "COPY --from=b /b /"
        };
        List<String> before = bench.unfinished();
        Thread builder = Thread.currentThread();
        int events = 0;
        boolean ended = false;
        while (!ended) {
            int last = events++;
            AtomicInteger heard = new AtomicInteger();
            try {
                bench.builder().build(bench.request(lines).withNoCache().plusListener(event -> {
                    if (heard.getAndIncrement() == last) {
                        builder.interrupt();
                    }
                }));
                ended = heard.get() <= last; // nothing was left to be interrupted
            } catch (InterruptedOperationException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            }
            Thread.interrupted();
            assertThat(bench.unfinished()).isEqualTo(before);
        }
        assertThat(events).isGreaterThan(20);
    }

    @Test
    void anExecutorWhoseOnlyThreadBuildsIsEnough() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        try (BusyboxBench small = new BusyboxBench(directory.resolve("small"), single)) {
            StoredImage image = single.submit(() -> small.build(
                            "FROM busybox AS a",
                            "RUN echo a > /a",
                            "FROM busybox AS b",
                            "COPY --from=a /a /a",
                            "RUN echo b >> /a",
                            "FROM busybox",
                            "COPY --from=b /a /a"))
                    .get();

            assertThat(small.content(BusyboxBench.top(image), "a")).isEqualTo("a\nb\n");
        } finally {
            single.shutdownNow();
        }
    }

    @Test
    void stagesThatComeToTheSameStepMakeItOnce() throws Exception {
        StoredImage image = bench.build(
                "FROM busybox AS a",
                "RUN cat /proc/sys/kernel/random/uuid > /id",
                "RUN echo a > /a",
                "FROM busybox AS b",
                "RUN cat /proc/sys/kernel/random/uuid > /id",
                "RUN echo b > /b",
                "FROM scratch",
                "COPY --from=a /id /a",
                "COPY --from=b /id /b");

        assertThat(bench.content(image.layers().get(0), "a"))
                .isEqualTo(bench.content(image.layers().get(1), "b"));
        assertThat(bench.events())
                .filteredOn(event -> event instanceof BuildEvent.StepFinished)
                .hasSize(5);
    }
}
