package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM that is killed with a container running takes the container with it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class KillKernelTest {
    /** Tells the processes of this run from those of any other on the machine. */
    private static final String MARK = Long.toString(ProcessHandle.current().pid());

    private Path home;

    /** The JVM that is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Skiff skiff = Skiff.builder().store(Path.of(args[0])).open();
            Container container = skiff.containers()
                    .run(TestImages.busybox(skiff))
                    .shell("sleep 9%s1 & sleep 9%s2 & echo up; wait".formatted(args[1], args[1]))
                    .readyWhen(Ready.log("up"))
                    .start();
            System.out.println("up " + container.id());
            System.in.read(); // until it is killed, or nobody is there to do it
        }
    }

    @BeforeEach
    void make() throws IOException {
        home = Files.createTempDirectory("skiff-home");
    }

    @AfterEach
    void remove() {
        TestDirectories.remove(home);
    }

    @Test
    void noProcessIsLeftWithin200MillisecondsAndNoDirectoryOnceTheNextSkiffHasOpened() throws Exception {
        List<String> mounts = mounts();
        Process victim = ChildJvm.start(Victim.class, home.toString(), MARK);
        try (BufferedReader out = victim.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).startsWith("up ");
            await(2); // the shell has forked them, which is not yet to have executed them
            victim.destroyForcibly();
            victim.waitFor();
            long killed = System.nanoTime();
            await(0);
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofMillis(200));
        } finally {
            victim.destroyForcibly(); // also when it never came as far: it holds our standard error
        }
        assertThat(containers()).isNotEmpty();
        Skiff.builder().store(home).open().close();
        assertThat(containers()).isEmpty();
        assertThat(mounts()).isEqualTo(mounts);
    }

    private static void await(int count) throws InterruptedException {
        long start = System.nanoTime();
        while (sleepers().size() != count) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            Spin.once();
        }
    }

    private static List<Long> sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).matches("sleep 9" + MARK + "[12] ?"))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo"));
    }

    private List<String> containers() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("containers"))) {
            return files.map(Path::toString).toList();
        }
    }
}
