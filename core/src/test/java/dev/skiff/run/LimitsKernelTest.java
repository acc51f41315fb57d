package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.ContainerState;
import dev.skiff.ExitStatus;
import dev.skiff.Isolation;
import dev.skiff.Limits;
import dev.skiff.Ready;
import dev.skiff.Safeguard;
import dev.skiff.SkiffException;
import dev.skiff.StartException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller says of limits, on this host. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(60)
class LimitsKernelTest {
    private static final long MEBIBYTE = 1 << 20;

    private RunnerFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new RunnerFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private RunningContainer start(String script, Limits limits) throws InterruptedException {
        return start(RunPlan.NOTHING.withShell(script).withLimits(limits));
    }

    private RunningContainer start(RunPlan plan) throws InterruptedException {
        return fixture.start(plan);
    }

    /** A shell that handles a signal; it is started when it does, for the kernel keeps others from the first process. */
    private RunningContainer startWithTrap(String trap, Limits limits) throws InterruptedException {
        String script = trap + "; echo trapped; while :; do sleep 0.1; done";
        return start(RunPlan.NOTHING.withShell(script).withLimits(limits).withReady(Ready.log("trapped")));
    }

    private ExitStatus run(String script, Limits limits) throws InterruptedException {
        try (RunningContainer container = start(script, limits)) {
            return container.awaitAll();
        }
    }

    private void need(String... controllers) {
        assumeTrue(
                fixture.host.controllers().containsAll(List.of(controllers)),
                "needs " + List.of(controllers) + "; here are " + fixture.host.controllers());
    }

    @Test
    void wantOfMemoryIsAnEndOfItsOwn() throws InterruptedException {
        need("memory");
        Limits limits = Limits.none().memory(8 * MEBIBYTE);
        assertThat(run("exec tail -c 100m /dev/zero", limits)).isEqualTo(new ExitStatus.OutOfMemory(8 * MEBIBYTE));
        assertThat(run("tail -c 100m /dev/zero; exit $?", limits)).isEqualTo(new ExitStatus.OutOfMemory(8 * MEBIBYTE));
    }

    @Test
    void whatTheFirstProcessReturnsIsItsOwnWordWhateverElseWasKilledForWantOfMemory() throws InterruptedException {
        need("memory");
        Limits limits = Limits.none().memory(8 * MEBIBYTE);
        for (int code : new int[] {0, 1, 3, 143}) {
            try (RunningContainer container = start("tail -c 100m /dev/zero; exit " + code, limits)) {
                assertThat(container.awaitAll()).isEqualTo(new ExitStatus.Exited(code));
                assertThat(container.oomKilled()).isTrue();
            }
        }
        try (RunningContainer container = start("exit 3", limits)) {
            assertThat(container.awaitAll()).isEqualTo(new ExitStatus.Exited(3));
            assertThat(container.oomKilled()).isFalse();
        }
    }

    @Test
    void aContainerThatIsKilledAfterItHasCopedWithWantOfMemoryWasKilled() throws InterruptedException {
        need("memory");
        RunPlan plan = RunPlan.NOTHING
                .withShell("tail -c 100m /dev/zero; echo coped; exec sleep 100")
                .withLimits(Limits.none().memory(8 * MEBIBYTE))
                .withReady(Ready.log("coped"));
        try (RunningContainer container = start(plan)) {
            assertThat(container.oomKilled()).isFalse(); // it is not known yet
            assertThat(container.stop(Duration.ZERO)).isEqualTo(new ExitStatus.Signaled(9));
            assertThat(container.oomKilled()).isTrue();
        }
    }

    @Test
    void exit137ForAnotherReasonAndACopedWithWantOfMemoryAreWhatTheySay() throws InterruptedException {
        need("memory");
        Limits limits = Limits.none().memory(8 * MEBIBYTE);
        assertThat(run("exit 137", limits)).isEqualTo(new ExitStatus.Exited(137));
        assertThat(run("tail -c 100m /dev/zero; exit 0", limits)).isEqualTo(new ExitStatus.Exited(0));
    }

    @Test
    void aLimitThatIsChangedIsTheOneThatIsTold() throws InterruptedException {
        need("memory");
        try (RunningContainer container = startWithTrap(
                "trap 'exec tail -c 100m /dev/zero' USR1", Limits.none().memory(64 * MEBIBYTE))) {
            container.update(Limits.none().memory(8 * MEBIBYTE).processes(9));
            assertThat(container.stats().memory().orElseThrow().limitBytes()).contains(8 * MEBIBYTE);
            assertThat(container.stats().processes().orElseThrow().limit()).contains(9L);
            container.signal("USR1");
            assertThat(container.await()).isEqualTo(new ExitStatus.OutOfMemory(8 * MEBIBYTE));
        }
    }

    @Test
    void aPausedContainerIsPausedUntilItGoesOnAndCanBeStopped() throws InterruptedException {
        assumeTrue(fixture.host.pauses(), "nothing freezes here");
        try (RunningContainer container = startWithTrap("trap 'exit 4' TERM", Limits.none())) {
            container.pause();
            assertThat(container.state()).isInstanceOf(ContainerState.Paused.class);
            container.resume();
            assertThat(container.state()).isInstanceOf(ContainerState.Running.class);
            container.pause();
            assertThat(container.stop(Duration.ofSeconds(30))).isEqualTo(new ExitStatus.Exited(4));
            assertThatThrownBy(container::pause)
                    .isInstanceOf(SkiffException.class)
                    .hasMessageContaining("pause container");
        }
    }

    @Test
    void aLimitThatThisHostCannotHoldRefusesToStartAndSaysHowToGoOn() throws InterruptedException {
        assumeTrue(!fixture.host.controllers().contains("memory"), "memory can be limited here");
        Limits limits = Limits.none().memory(64 * MEBIBYTE);
        assertThatThrownBy(() -> run("true", limits))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("limit memory")
                .hasMessageContaining("Delegate=yes")
                .hasMessageContaining("mayLack(Safeguard.MEMORY_LIMIT)");
        RunPlan plan = RunPlan.NOTHING
                .withShell("true")
                .withLimits(limits)
                .withPrivileges(now -> now.withoutIfNeedBe(List.of(Safeguard.MEMORY_LIMIT)));
        try (RunningContainer container = start(plan)) {
            assertThat(container.awaitAll()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(container.isolation().weaker())
                    .extracting(Isolation.Aspect::name)
                    .contains("memory limit");
        }
    }

    @Test
    void theDiagnosisTellsWhatCanBeLimited() {
        boolean all = fixture.host.controllers().containsAll(Set.of("cpu", "memory", "pids")) && fixture.host.pauses();
        assertThat(fixture.runner.diagnose().checks())
                .filteredOn(check -> check.feature().equals("limits"))
                .singleElement()
                .satisfies(check -> assertThat(check.result().name()).isEqualTo(all ? "GOOD" : "REDUCED"));
    }
}
