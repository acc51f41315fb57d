package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skiff.ExitStatus;
import dev.skiff.StartException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Signals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While somebody stops a process that a container needs, callers get an answer that says so. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class StoppedKernelTest {
    private static final Duration LONGEST_START = Duration.ofSeconds(1);

    private RunnerFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new RunnerFixture(LONGEST_START);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private RunningContainer start(String script) throws InterruptedException {
        return fixture.start(RunPlan.NOTHING.withShell(script));
    }

    /** Whoever the launcher forks next; a start may be quicker. */
    private static Thread stopNext(long launcher) {
        List<Long> before = Signals.childrenOf(launcher);
        Thread thread = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Signals.childrenOf(launcher).stream()
                                .filter(child -> !before.contains(child))
                                .findFirst()
                                .ifPresent(Signals::keepStopped);
                    }
                },
                "stops the next one");
        thread.start();
        return thread;
    }

    @Test
    void aStartThatDoesNotComeToItsEndIsGivenUpAndSaysWhy() throws Exception {
        HostState before = HostState.quiet();
        long launcher = HostState.rootAgents().get(0).pid();
        Throwable failure = null;
        for (int attempt = 0; failure == null && attempt < 100; attempt++) {
            Thread stopping = stopNext(launcher);
            failure = catchThrowable(() -> start("exit 0").close());
            stopping.interrupt();
            stopping.join();
        }
        assertThat(failure)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("did not start within 1 s")
                .hasMessageContaining("has been stopped; kill -CONT");
        HostState now = HostState.quiet();
        assertThat(now).isEqualTo(before.asFarAsIn(now));
    }

    @Test
    void anExecThatDoesNotStartIsGivenUpAndSaysWhy() throws Exception {
        try (RunningContainer container = start("exec sleep 100")) {
            Signals.stop(HostState.supervisors().get(0).pid());
            assertThatThrownBy(() -> container.exec("true").await())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("exec true in container busybox")
                    .hasMessageContaining("did not start within 1 s")
                    .hasMessageContaining("kill -CONT");
        }
    }

    @Test
    void stopEndsAContainerThatSomebodyHasStoppedWithinItsGrace() throws Exception {
        try (RunningContainer container = start("trap 'exit 3' TERM; while :; do sleep 0.1; done")) {
            Signals.stop(container.started().join());
            long start = System.nanoTime();
            assertThat(container.stop(Duration.ofSeconds(1))).isEqualTo(new ExitStatus.Signaled(9));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        }
    }
}
