package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Signals;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that somebody stops, SIGSTOP of signal(7), holds nobody up for ever, and can be got rid of. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class StoppedTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int SECONDS = 20;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-stopped"));
        containers.run("true"); // so that nothing is done for the first time while it is measured
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private LinuxContainer start(String script) throws Exception {
        LinuxContainer container = containers.host.start(containers.request(containers.spec(script), List.of()));
        container.started().get(SECONDS, TimeUnit.SECONDS);
        return container;
    }

    private long supervisor() {
        return HostState.supervisors().get(0).pid();
    }

    private static Process command(String... args) {
        return Process.of(List.of(args)).withEnv(List.of("PATH=/bin")).withCwd("/");
    }

    private static void assertGoneSoon(long start, HostState before) throws Exception {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aContainerWhoseSupervisorIsKeptStoppedCanBeClosed() throws Exception {
        HostState before = HostState.quiet();
        LinuxContainer container = start("sleep 4101 & exec sleep 4101");
        Thread stopping = Signals.keepStopped(supervisor());
        assertThat(container.obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("kill -CONT"));
        long start = System.nanoTime();
        container.close();
        assertGoneSoon(start, before);
        assertThat(TestContainers.processes("sleep 4101")).isEmpty();
        stopping.join();
    }

    @Test
    void aContainerWhoseSupervisorWasStoppedEndsAsItWouldHave() throws Exception {
        HostState before = HostState.quiet();
        LinuxContainer container = start("echo said; exec sleep 4102");
        Signals.stop(supervisor());
        long start = System.nanoTime();
        container.close();
        assertGoneSoon(start, before);
        assertThat(container.exited().join().value()).isEqualTo(9);
    }

    @Test
    void aStartWhoseSupervisorIsKeptStoppedCanBeCancelled() throws Exception {
        HostState before = HostState.quiet();
        for (int round = 0; round < 3; round++) {
            LinuxContainer container =
                    containers.host.start(containers.request(containers.spec("sleep 4103"), List.of()));
            Thread stopping = Signals.keepStopped(supervisor()); // wherever it is by now
            long start = System.nanoTime();
            container.close();
            assertGoneSoon(start, before);
            assertThat(container.started()).isDone();
            stopping.join();
        }
        assertThat(TestContainers.processes("sleep 4103")).isEmpty();
    }

    @Test
    void aProcessThatJoinedAndWhoseSupervisorIsKeptStoppedCanBeClosed() throws Exception {
        try (LinuxContainer container = start("exec sleep 4104")) {
            while (!TestContainers.name(container.started().join()).equals("sleep")) {
                Spin.once(); // the shell has not become it yet
            }
            HostState before = HostState.now();
            long itsSupervisor = supervisor();
            LinuxExec exec = container.exec(command("sleep", "4105"));
            exec.started().get(SECONDS, TimeUnit.SECONDS);
            long joined = HostState.supervisors().stream()
                    .mapToLong(ProcessHandle::pid)
                    .filter(pid -> pid != itsSupervisor)
                    .findFirst()
                    .orElseThrow();
            Thread stopping = Signals.keepStopped(joined);
            long start = System.nanoTime();
            exec.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            stopping.join();
            assertThat(TestContainers.processes("sleep 4105")).isEmpty();
            assertThat(HostState.backAt(before)).isEqualTo(before);
            assertThat(container.exited()).isNotDone();
        }
    }

    @Test
    void whileItsSupervisorIsStoppedNobodyWaitsForEverToJoinAContainer() throws Exception {
        HostState before = HostState.quiet();
        try (LinuxContainer container = start("exec sleep 4106")) {
            long itsSupervisor = supervisor();
            Signals.stop(itsSupervisor);
            assertThatThrownBy(container::files)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("ETIMEDOUT")
                    .hasMessageContaining("kill -CONT " + itsSupervisor);
            LinuxExec exec = container.exec(command("sleep", "4107"));
            exec.close();
            assertThat(exec.started()).isCompletedExceptionally();
            assertThat(container.exited()).isNotDone();
        }
        assertThat(TestContainers.processes("sleep 4107")).isEmpty();
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void anAgentThatIsKeptStoppedIsGivenUpAndNamed() throws Exception {
        HostState before = HostState.quiet();
        try (FileTree tree = containers.host.tree(containers.root())) {
            long agent = supervisor();
            Signals.stop(agent);
            assertThatThrownBy(() -> tree.list(RawPath.ROOT))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("process " + agent + " had been stopped")
                    .hasMessageContaining("SIGSTOP");
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void anAgentThatIsStoppedWhenItHasNothingToDoIsGoneOnceItIsClosed() throws Exception {
        HostState before = HostState.quiet();
        try (FileTree tree = containers.host.tree(containers.root())) {
            assertThat(tree.list(RawPath.ROOT)).isNotEmpty();
            Signals.stop(supervisor());
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aLauncherThatIsKeptStoppedIsGivenUpAndNamedAndTheContainersGoOn() throws Exception {
        HostState before = HostState.quiet();
        long ours = HostState.rootAgents().get(0).pid();
        try (LinuxHost host = LinuxHost.open();
                LinuxContainer container =
                        host.start(containers.request(containers.spec("exec sleep 4108"), List.of()))) {
            container.started().get(SECONDS, TimeUnit.SECONDS);
            long launcher = HostState.rootAgents().stream()
                    .mapToLong(ProcessHandle::pid)
                    .filter(pid -> pid != ours)
                    .findFirst()
                    .orElseThrow();
            Signals.keepStopped(launcher);
            assertThatThrownBy(() -> host.start(containers.request(containers.spec("true"), List.of())))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("process " + launcher + " had been stopped");
            assertThat(container.exited()).isNotDone();
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    /** Whether it has executed its program by then or not: either way somebody would wait for ever. */
    @Test
    void aLauncherThatIsStoppedAsItStartsIsGivenUpAndNamed() throws Exception {
        Thread stopping = new Thread(StoppedTest::stopWhatIsSpawned, "stops what is spawned");
        stopping.start();
        Throwable failure = null;
        while (failure == null) { // it may have been too fast
            Spin.once();
            failure = catchThrowable(() -> LinuxHost.open().close());
        }
        stopping.interrupt();
        stopping.join();
        assertThat(failure).isInstanceOf(SyscallException.class).hasMessageContaining("had been stopped for");
        assertThat(HostState.rootAgents()).hasSize(1);
    }

    private static void stopWhatIsSpawned() {
        while (!Thread.currentThread().isInterrupted()) {
            Signals.childrenOfAnyThread(ProcessHandle.current().pid()).stream()
                    .filter(child -> TestContainers.name(child).matches("skiff-\\d+\\.\\d"))
                    .forEach(child -> Signals.send(child, Signal.of("STOP")));
        }
    }

    @Test
    void aContainerThatIsStoppedIsKilled() throws Exception {
        HostState before = HostState.quiet();
        LinuxContainer container = start("exec sleep 4109");
        Signals.stop(container.started().join());
        long start = System.nanoTime();
        container.close();
        assertGoneSoon(start, before);
    }

    @Test
    void aContainerThatSomebodyElseHasFrozenIsKilled() throws Exception {
        assumeTrue(containers.host.pauses(), "nothing freezes here");
        HostState before = HostState.quiet();
        LinuxContainer container = start("sleep 4110 & exec sleep 4110");
        freeze(HostState.groups("skiff-" + container.id()));
        long start = System.nanoTime();
        container.close();
        assertGoneSoon(start, before);
        assertThat(TestContainers.processes("sleep 4110")).isEmpty();
    }

    @Test
    void aFrozenContainerWhoseSupervisorIsKeptStoppedIsKilledAsWell() throws Exception {
        assumeTrue(containers.host.pauses(), "nothing freezes here");
        HostState before = HostState.quiet();
        LinuxContainer container = start("sleep 4111 & exec sleep 4111");
        freeze(HostState.groups("skiff-" + container.id()));
        Thread stopping = Signals.keepStopped(supervisor());
        long start = System.nanoTime();
        container.close();
        assertGoneSoon(start, before);
        assertThat(TestContainers.processes("sleep 4111")).isEmpty();
        stopping.join();
    }

    private static void freeze(Iterable<String> groups) throws Exception {
        for (String group : groups) {
            for (String[] file : new String[][] {{"cgroup.freeze", "1"}, {"freezer.state", "FROZEN"}}) {
                Path path = Path.of(group, file[0]);
                if (Files.exists(path)) {
                    Files.writeString(path, file[1]);
                }
            }
        }
    }
}
