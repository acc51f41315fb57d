package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Signals;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a JVM leaves that is killed while somebody has stopped its launcher's processes, the next Skiff ends. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class OrphanKernelTest {
    private static final String MARK = "8" + ProcessHandle.current().pid();

    private Path home;
    private Process jvm;
    private String id = "";

    /** The JVM that is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Skiff skiff = Skiff.builder().store(Path.of(args[0])).open();
            Container container = skiff.containers()
                    .run(TestImages.busybox(skiff))
                    .shell("sleep %s1 & echo up; exec sleep %s2".formatted(args[1], args[1]))
                    .readyWhen(Ready.log("up"))
                    .start();
            System.out.println(container.id());
            System.in.read(); // until it is killed, or nobody is there to do it
        }
    }

    @BeforeEach
    void start() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        jvm = ChildJvm.start(Victim.class, home.toString(), MARK);
        BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8);
        id = out.readLine();
        assertThat(id).matches("[0-9a-f]{32}");
    }

    @AfterEach
    void remove() {
        jvm.destroyForcibly();
        TestDirectories.remove(home);
    }

    private long launcher() {
        return Signals.childrenOfAnyThread(jvm.pid()).stream()
                .filter(pid -> TestContainers.name(pid).equals("skiff"))
                .findFirst()
                .orElseThrow();
    }

    private void kill() throws InterruptedException {
        jvm.destroyForcibly();
        jvm.waitFor();
    }

    private static void awaitNone(List<Long> processes) {
        while (processes.stream().anyMatch(Signals::isThere)) {
            Spin.once();
        }
    }

    private void assertNothingIsLeftOnceASkiffHasOpened(List<Long> processes) throws IOException {
        Skiff.builder().store(home).open().close();
        assertThat(processes).noneMatch(Signals::isThere);
        assertThat(TestContainers.processes("sleep " + MARK)).isEmpty();
        assertThat(HostState.groups("skiff-" + id)).isEmpty();
        assertThat(mounts(home.toString())).isEmpty();
        assertThat(list("containers")).isEmpty();
        assertThat(list("tmp")).isEmpty();
    }

    private static List<String> mounts(String text) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> lines(Path.of("/proc", Long.toString(process.pid()), "mountinfo")))
                .filter(line -> line.contains(text))
                .toList();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream();
        } catch (IOException e) {
            return Stream.empty(); // it is gone, or another user's
        }
    }

    private List<String> list(String directory) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(directory))) {
            return files.map(Path::toString).toList();
        }
    }

    @Test
    void aStoppedSupervisorIsEndedWithItsContainer() throws Exception {
        List<Long> supervisors = Signals.childrenOf(launcher());
        assertThat(supervisors).isNotEmpty();
        supervisors.forEach(Signals::stop);
        List<Long> all = new ArrayList<>(supervisors);
        all.add(launcher());
        kill();
        assertThat(supervisors).allMatch(Signals::isThere);
        assertThat(TestContainers.processes("sleep " + MARK)).isNotEmpty();
        assertNothingIsLeftOnceASkiffHasOpened(all);
    }

    @Test
    void aStoppedLauncherIsEnded() throws Exception {
        List<Long> launcher = List.of(launcher());
        List<Long> supervisors = Signals.childrenOf(launcher());
        launcher.forEach(Signals::stop);
        kill();
        awaitNone(supervisors);
        assertThat(launcher).allMatch(Signals::isThere);
        assertNothingIsLeftOnceASkiffHasOpened(launcher);
    }

    @Test
    void whatIsStoppedAnewIsKilled() throws Exception {
        List<Long> supervisors = Signals.childrenOf(launcher());
        List<Thread> stopping = supervisors.stream().map(Signals::keepStopped).toList();
        kill();
        assertNothingIsLeftOnceASkiffHasOpened(supervisors);
        for (Thread thread : stopping) {
            thread.join();
        }
    }

    @Test
    void theStoppedProcessesOfAJvmThatLivesAreLeftAlone() throws Exception {
        List<Long> all = new ArrayList<>(Signals.childrenOf(launcher()));
        all.add(launcher());
        all.forEach(Signals::stop);
        Process other = ChildJvm.start(Victim.class, home.toString(), "9" + MARK);
        BufferedReader out = other.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).matches("[0-9a-f]{32}");
        other.destroyForcibly();
        other.waitFor();
        Skiff.builder().store(home).open().close(); // which sweeps after that one
        assertThat(all).allMatch(Signals::isStopped);
        all.forEach(pid -> Signals.send(pid, Signal.of("CONT")));
        kill();
        awaitNone(all);
    }
}
