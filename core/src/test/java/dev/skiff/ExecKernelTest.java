package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class ExecKernelTest {
    private Path home;
    private Skiff skiff;
    private Container container;

    @BeforeEach
    void start() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        container = skiff.containers()
                .run(TestImages.busybox(skiff))
                .env("SHARED", "by all")
                .workdir("/tmp")
                .shell("sleep 100")
                .start();
    }

    @AfterEach
    void close() throws IOException {
        container.close();
        skiff.close();
        TestDirectories.remove(home);
    }

    private Exec shell(String text) {
        return container.exec("sh", "-c", text);
    }

    @Test
    void bothStreamsAndTheStatusComeBack() {
        ExecResult result = shell("echo out; echo err >&2; exit 3").await();

        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(3));
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(ExitStatusException.class)
                .hasMessageContaining("exec sh -c")
                .hasMessageContaining("exited with 3")
                .hasMessageEndingWith("last output: \"err\"");
    }

    @Test
    void anArgumentIsNeverSplitOrExpanded() {
        assertThat(container.exec("echo", "a  b", "$HOME", "*").await().stdout())
                .isEqualTo("a  b $HOME *\n");
    }

    @Test
    void itHasTheContainersEnvironmentAndDirectoryAndWhatIsAskedFor() {
        String seen = shell("echo $SHARED, $MORE; pwd; hostname")
                .env("MORE", "here")
                .await()
                .stdout();

        assertThat(seen).isEqualTo("by all, here\n/tmp\n" + container.id().substring(0, 12) + "\n");
        assertThat(shell("pwd").workdir("/etc").await().stdout()).isEqualTo("/etc\n");
    }

    @Test
    void aNameThatNoVariableCanHaveIsRefused() {
        for (String name : new String[] {"", "A=B", "A\0"}) {
            assertThatThrownBy(() -> container.exec("env").env(name, "value"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name of a variable");
        }
    }

    @Test
    void nothingOfTheHostsEnvironmentIsThere() {
        String names = container
                .exec("env")
                .await()
                .stdout()
                .lines()
                .map(line -> line.split("=", 2)[0])
                .sorted()
                .collect(Collectors.joining(" "));

        assertThat(names).isEqualTo("HOME HOSTNAME PATH SHARED");
    }

    @Test
    void aUserOfTheContainerIsKnownEvenOneThatWasMadeSinceItStarted() {
        shell("echo 'dev:x:1234:77::/home/dev:/bin/sh' >> /etc/passwd; echo 'more:x:88:dev' >> /etc/group")
                .await()
                .orThrow();

        assertThat(shell("id -u; id -g; id -G; echo $HOME").user("dev").await().stdout())
                .isEqualTo("1234\n77\n77 88\n/home/dev\n");
        assertThatThrownBy(() -> shell("id").user("nobody2").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no user \"nobody2\"");
    }

    @Test
    void whatItIsGivenToReadIsWhatItReads() {
        byte[] bytes = new byte[3 << 20];
        new Random(7).nextBytes(bytes);

        assertThat(container.exec("cat").stdin("zwei\nZeilen").await().stdout()).isEqualTo("zwei\nZeilen");
        assertThat(shell("wc -c").stdin(bytes).await().stdout().trim()).isEqualTo("" + bytes.length);
        assertThat(container.exec("cat").await().stdout()).isEmpty();
        assertThat(container.exec("true").stdin(bytes).await().success()).isTrue(); // it need not read
    }

    @Test
    void outputBeyondWhatIsKeptIsCounted() {
        ExecResult result = shell("head -c 20000000 /dev/zero").await();

        assertThat(result.stdout()).hasSize(Exec.MOST_KEPT_BYTES);
        assertThat(result.droppedBytes()).isEqualTo(20_000_000L - Exec.MOST_KEPT_BYTES);
    }

    @Test
    void aListenerHearsEachLineInOrder() {
        List<LogLine> lines = Collections.synchronizedList(new ArrayList<>());

        shell("for i in 1 2 3; do echo o$i; echo e$i >&2; done; printf 'no end'")
                .onLog(lines::add)
                .await()
                .orThrow();

        assertThat(lines)
                .filteredOn(line -> line.source() == LogLine.Source.STDOUT)
                .extracting(LogLine::text)
                .containsExactly("o1", "o2", "o3", "no end");
        assertThat(lines)
                .filteredOn(line -> line.source() == LogLine.Source.STDERR)
                .extracting(LogLine::text)
                .containsExactly("e1", "e2", "e3");
    }

    @Test
    void aLineWithoutAnEndIsCutBetweenCharacters() {
        String text = "ä€😀".repeat(5000);
        List<String> pieces = Collections.synchronizedList(new ArrayList<>());

        container
                .exec("cat")
                .stdin(text)
                .onLog(line -> pieces.add(line.text()))
                .await()
                .orThrow();

        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces)
                .allSatisfy(piece ->
                        assertThat(piece.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(16 << 10));
    }

    @Test
    void aListenerThatThrowsEndsTheCommandAndIsTheCause() {
        IllegalStateException thrown = new IllegalStateException("enough");

        assertThatThrownBy(() -> shell("echo x; sleep 100")
                        .onLog(line -> {
                            throw thrown;
                        })
                        .await())
                .isInstanceOf(SkiffException.class)
                .hasCause(thrown);
        assertThat(sleeping()).isEqualTo(1); // the container's own
    }

    @Test
    void aCommandThatTakesTooLongIsKilledAndTheContainerGoesOn() {
        assertThatThrownBy(() -> container.exec("sleep", "100").await(Duration.ofMillis(100)))
                .isInstanceOf(OperationTimeoutException.class);
        assertThat(sleeping()).isEqualTo(1);
        assertThat(container.state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void cancellingKillsTheCommand() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<ExecResult> future = shell("echo begun; exec sleep 100")
                .onLog(line -> begun.countDown())
                .async();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        future.cancel(true);

        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        while (sleeping() != 1) { // it is killed on the thread that ran it
            Spin.once();
        }
    }

    private long sleeping() {
        return container
                .exec("ps", "-o", "args")
                .await()
                .stdout()
                .lines()
                .filter(line -> line.startsWith("sleep 100"))
                .count();
    }

    @Test
    void whatCannotBeRunSaysWhy() {
        assertThatThrownBy(() -> container.exec("nod").await())
                .isInstanceOf(CommandNotFoundException.class)
                .hasMessageContaining("exec: \"nod\": not found in $PATH");
        assertThatThrownBy(() -> container.exec("true").workdir("/none").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("/none")
                .hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> container.exec())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argv");
        container.stop(Duration.ZERO);
        assertThatThrownBy(() -> container.exec("true").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("stopped");
    }

    @Test
    void aChildInTheBackgroundThatHoldsStdoutDoesNotHoldUp() {
        ExecResult result = shell("sleep 50 & echo done").await(Duration.ofSeconds(20));

        assertThat(result.stdout()).isEqualTo("done\n");
    }

    @Test
    void itIsNoMoreThanTheContainersOwnProcess() {
        String status = container
                .exec("grep", "-E", "^(Cap|Seccomp:|NoNewPrivs)", "/proc/self/status")
                .await()
                .stdout();
        String own = container
                .exec("grep", "-E", "^(Cap|Seccomp:|NoNewPrivs)", "/proc/1/status")
                .await()
                .stdout();

        assertThat(status).isEqualTo(own).contains("CapBnd:\t00000000800405fb").contains("Seccomp:\t2");
    }

    @Test
    void readyWhenACommandSucceeds() {
        try (Container slow = skiff.containers()
                .run("busybox")
                .shell("sleep 0.2; touch /tmp/ready; sleep 100")
                .readyWhen(Ready.exec("test", "-e", "/tmp/ready"))
                .start()) {
            assertThat(slow.exec("test", "-e", "/tmp/ready").await().success()).isTrue();
        }
        assertThatThrownBy(() -> skiff.containers()
                        .run("busybox")
                        .shell("sleep 100")
                        .readyWhen(Ready.exec("test", "-e", "/never").within(Duration.ofMillis(200)))
                        .start())
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("test -e /never");
    }

    @Test
    void twoHundredLeaveNothingBehind() throws IOException {
        container.exec("true").await();
        long threads = execThreads();
        long descriptors = descriptors();
        for (int i = 0; i < 200; i++) {
            assertThat(container.exec("true").await().success()).isTrue();
        }
        assertThat(execThreads()).isEqualTo(threads);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 5); // the JVM opens a jar now and then
        assertThat(container.exec("ps").await().stdout().lines().count()).isLessThan(6);
    }

    private static long execThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("skiff-exec"))
                .filter(Thread::isAlive)
                .count();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
