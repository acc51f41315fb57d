package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.ExitStatus;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Signals;
import dev.skiff.linux.testing.Spin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container that is paused, and ends all the same. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(60)
class PausedKernelTest {
    private static final Set<Thread.State> AT_REST =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    private final CountDownLatch ending = new CountDownLatch(1);
    private final CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    private volatile boolean holding;
    private RunnerFixture fixture;
    private Runner runner;

    @BeforeEach
    void open() throws IOException {
        fixture = new RunnerFixture();
        runner = new Runner(fixture.home(), () -> fixture.host, this::execute);
    }

    @AfterEach
    void close() {
        mayEnd.complete(null);
        runner.closeContainers();
        fixture.close();
    }

    /** At once; when that is wanted, what follows on the end of a container waits before. */
    private void execute(Runnable task) {
        if (holding) {
            ending.countDown();
            mayEnd.join();
        }
        task.run();
    }

    /** Kills it, and holds on when the kernel's side has heard of it and ours has not. */
    private void endUnheard(RunningContainer container) throws InterruptedException {
        container.logs().follow(line -> {});
        holding = true;
        Signals.send(HostState.supervisors().get(0).pid(), Signal.KILL);
        assertThat(ending.await(30, TimeUnit.SECONDS)).isTrue();
        holding = false;
    }

    @Test
    void oneThatEndsRightBeforeItWouldGoOnToBeStoppedIsStoppedAndLeavesNothing() throws Exception {
        assumeTrue(fixture.host.pauses(), "nothing freezes here");
        RunningContainer container = runner.start(fixture.image(), RunPlan.NOTHING.withShell("exec sleep 100"));
        container.pause();
        endUnheard(container);

        FutureTask<ExitStatus> stop = new FutureTask<>(() -> container.stop(Duration.ofSeconds(30)));
        Thread stopping = new Thread(stop, "stops it");
        stopping.start();
        while (!AT_REST.contains(stopping.getState())) {
            Spin.once();
        }
        mayEnd.complete(null);

        assertThat(stop.get(40, TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Signaled(9));
        container.close();
        try (Stream<Path> left = Files.list(fixture.home().resolve("containers"))) {
            assertThat(left).isEmpty();
        }
    }
}
