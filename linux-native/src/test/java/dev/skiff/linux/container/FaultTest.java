package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.PublishedPort;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Orphans;
import dev.skiff.linux.testing.TestContainers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is killed, and whenever: nobody waits for ever, and nothing is left. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(300)
class FaultTest {
    private static final int ROUNDS = 60;
    private static final int LONGEST_START_MICROS = 12_000;
    private static final int SECONDS = 20;

    private final Random random = new Random(7); // the moments differ from run to run all the same
    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-fault"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private LinuxContainer start(LinuxHost host, String script) throws Exception {
        PublishedPort port = new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 80);
        return host.start(containers.request(containers.spec(script), List.of(port)));
    }

    private void pause() {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(LONGEST_START_MICROS)));
    }

    private static void assertIsAgain(HostState before, String command) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!HostState.now().equals(before)
                || !TestContainers.processes(command).isEmpty()) {
            if (System.nanoTime() > deadline) {
                assertThat(TestContainers.processes(command)).isEmpty();
                assertThat(HostState.now()).isEqualTo(before);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void aSupervisorKilledAtAnyMomentLeavesNothing() throws Exception {
        containers.run("true");
        HostState before = HostState.quiet();
        int killedEarly = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (LinuxContainer container = start(containers.host, "sleep 4001")) {
                pause();
                HostState.supervisors().forEach(ProcessHandle::destroyForcibly);
                container.gone().get(SECONDS, TimeUnit.SECONDS);
                assertThat(container.started()).isDone();
                killedEarly += container.started().isCompletedExceptionally() ? 1 : 0;
            }
        }
        assertThat(killedEarly).as("rounds that ended before the start did").isPositive();
        assertIsAgain(before, "sleep 4001");
    }

    @Test
    void aRootAgentKilledAtAnyMomentFailsWhatComesAfterAndNothingElse() throws Exception {
        containers.run("true");
        HostState before = HostState.quiet();
        ProcessHandle ours = HostState.rootAgents().get(0);
        for (int round = 0; round < ROUNDS / 3; round++) {
            try (LinuxHost host = LinuxHost.open();
                    LinuxContainer container = start(host, "sleep 4002")) {
                pause();
                HostState.rootAgents().stream()
                        .filter(agent -> !agent.equals(ours))
                        .forEach(ProcessHandle::destroyForcibly);
                assertThat(container.started().get(SECONDS, TimeUnit.SECONDS))
                        .as("a container whose supervisor was forked already")
                        .isPositive();
                assertThatThrownBy(() -> start(host, "true"))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("has been killed")
                        .hasMessageContaining("close this Skiff");
            }
        }
        assertIsAgain(before, "sleep 4002");
    }

    @Test
    void aSupervisorThatIsStoppedForAWhileGoesOn() throws Exception {
        containers.run("true");
        HostState before = HostState.quiet();
        for (int round = 0; round < ROUNDS / 3; round++) {
            try (LinuxContainer container = start(containers.host, "sleep 4003")) {
                pause();
                List<ProcessHandle> stopped = HostState.supervisors();
                kill("STOP", stopped);
                pause();
                kill("CONT", stopped);
                assertThat(container.started().get(SECONDS, TimeUnit.SECONDS)).isPositive();
            }
        }
        assertIsAgain(before, "sleep 4003");
    }

    private static void kill(String signal, List<ProcessHandle> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of(BusyboxRoot.BUSYBOX, "kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        new ProcessBuilder(command).start().waitFor();
    }

    @Test
    void aStoppedRootAgentCanBeClosed() throws Exception {
        ProcessHandle ours = HostState.rootAgents().get(0);
        LinuxHost host = LinuxHost.open();
        kill(
                "STOP",
                HostState.rootAgents().stream()
                        .filter(agent -> !agent.equals(ours))
                        .toList());
        host.close();
        assertThat(HostState.rootAgents()).containsExactly(ours);
    }

    @Test
    void aJvmKilledAtAnyMomentLeavesNothing() throws Exception {
        Path base = Files.createTempDirectory("skiff-fault-jvm");
        for (int round = 0; round < 2; round++) {
            Process jvm = ChildJvm.start(
                    Orphans.class, base.resolve("home" + round).toString(), "sleep 4004", "again and again");
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).startsWith("started ");
            pause();
            List<ProcessHandle> all = jvm.descendants().toList();
            jvm.destroyForcibly().waitFor();
            for (ProcessHandle process : all) {
                process.onExit().get(SECONDS, TimeUnit.SECONDS);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (!TestContainers.processes("sleep 4004").isEmpty()) {
                assertThat(System.nanoTime())
                        .as("processes of a JVM that was killed")
                        .isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            assertThat(HostState.groups("skiff-test-" + jvm.pid() + "-")).isEmpty();
        }
        containers.remove(base);
    }

    @Test
    void threeHundredContainersLeaveNoDescriptorBehind() throws Exception {
        for (int i = 0; i < 10; i++) {
            containers.run("true");
        }
        HostState before = HostState.quiet();
        for (int round = 0; round < 30; round++) {
            List<LinuxContainer> ten = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                ten.add(start(containers.host, "exit 3"));
            }
            for (LinuxContainer container : ten) {
                assertThat(container.exited().get(SECONDS, TimeUnit.SECONDS).value())
                        .isEqualTo(3);
                container.close();
            }
        }
        assertIsAgain(before, "sleep 4005");
    }
}
