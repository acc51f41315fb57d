package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.image.ContainerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class ContainersKernelTest {
    private Path home;
    private Skiff skiff;
    private Image busybox;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        busybox = TestImages.busybox(skiff);
    }

    @AfterEach
    void close() throws IOException {
        List<String> left = containerDirectories();
        skiff.close();
        TestDirectories.remove(home);
        assertThat(left).as("what containers have left").isEmpty();
    }

    private List<String> containerDirectories() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("containers"))) {
            return files.map(Path::toString).toList();
        }
    }

    private Run shell(String text) {
        return skiff.containers().run(busybox).shell(text);
    }

    @Test
    void aReferenceIsTheImageOfTheStore() {
        assertThat(skiff.containers().run("busybox").command("true").await().success())
                .isTrue();
    }

    @Test
    void nothingHappensBeforeATerminal() throws IOException {
        Run run = shell("exit 4");
        assertThat(containerDirectories()).isEmpty();
        assertThat(run.await()).isEqualTo(new ExitStatus.Exited(4));
        assertThat(run.await()).isEqualTo(new ExitStatus.Exited(4));
    }

    @Test
    void closingLeavesNothingAndClosingTwiceIsFine() throws IOException {
        Container container = shell("sleep 60").start();
        assertThat(container.state()).isInstanceOf(ContainerState.Running.class);
        assertThat(containerDirectories()).hasSize(2);
        container.close();
        container.close();
        assertThat(container.state().exitStatus()).isPresent();
        assertThat(containerDirectories()).isEmpty();
    }

    @Test
    void theImagesStopSignalIsTheOneThatIsSent() throws IOException {
        Image image = TestImages.busybox(skiff, ContainerConfig.empty().withStopSignal("SIGUSR1"));
        Run run = skiff.containers()
                .run(image)
                .shell("trap 'exit 6' USR1; echo up; while true; do sleep 0.05; done")
                .readyWhen(Ready.log("up"));
        try (Container container = run.start()) {
            assertThat(container.stop(Duration.ofSeconds(20))).isEqualTo(new ExitStatus.Exited(6));
        }
    }

    @Test
    void aLineMakesReadyWhateverTheExecutorIsBusyWith() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (Skiff narrow = Skiff.builder().store(home).executor(one).open()) {
            Run run = narrow.containers()
                    .run("busybox")
                    .shell("echo up; sleep 60")
                    .readyWhen(Ready.log("up").within(Duration.ofSeconds(20)));
            run.startAsync().get(60, TimeUnit.SECONDS).close();
        } finally {
            one.shutdown();
        }
    }

    @Test
    void aSkiffWhoseExecutorIsShutDownClosesItsContainers() throws IOException {
        ExecutorService pool = Executors.newCachedThreadPool();
        Skiff other = Skiff.builder().store(home).executor(pool).open();
        Container container =
                other.containers().run("busybox").command("sleep", "60").start();
        pool.shutdown();

        other.close();

        assertThat(container.state()).isInstanceOf(ContainerState.Stopped.class);
        assertThat(containerDirectories()).isEmpty();
    }

    @Test
    void manyCallersAreServedAtOnceThroughAPublishedPort() throws Exception {
        Run run = shell("mkdir /www; echo hello > /www/index.html; exec httpd -f -p 3000 -h /www")
                .publish(3000)
                .readyWhen(Ready.http(3000, "/"));
        try (Container container = run.start()) {
            HttpClient client = HttpClient.newHttpClient();
            URI uri = container.http(3000);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(
                        client.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).body()).isEqualTo("hello\n");
            }
        }
    }

    @Test
    void muchGoesThroughAPublishedPortInBothDirectionsAtOnceAndArrivesWhole() throws Exception {
        byte[] sent = new byte[32 << 20];
        new Random(1).nextBytes(sent);
        Run run = shell("nc -l -p 3000 -e cat").publish(3000).readyWhen(Ready.tcp(3000));
        try (Container container = run.start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), container.hostPort(3000))) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(socket, sent));
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(sent.length)).isEqualTo(sent);
            sending.get(60, TimeUnit.SECONDS);
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsNoTextIsReplacedAndLongLinesAreCut() {
        List<LogLine> lines = Collections.synchronizedList(new ArrayList<>());
        shell("printf 'a\\377b\\n'; printf '\\303\\244\\r\\n'; head -c 40000 /dev/zero | tr '\\0' x; echo; printf last")
                .onLog(lines::add)
                .await()
                .orThrow();
        assertThat(lines.stream().map(LogLine::text))
                .containsExactly(
                        "a\ufffdb",
                        "\u00e4",
                        "x".repeat(16384),
                        "x".repeat(16384),
                        "x".repeat(40000 - 2 * 16384),
                        "last");
    }

    @Test
    void aStreamOfLinesEndsWithTheContainer() {
        try (Container container =
                        shell("for i in 1 2 3; do echo $i; sleep 0.05; done").start();
                Stream<LogLine> lines = container.logs().lines()) {
            assertThat(lines.map(LogLine::text)).containsExactly("1", "2", "3");
        }
    }

    @Test
    void aStreamOfLinesWaitsForTheNextOne() {
        try (Container container = shell("echo one; sleep 60").start();
                Stream<LogLine> lines = container.logs().lines()) {
            assertThat(lines.limit(1).map(LogLine::text)).containsExactly("one");
        }
    }

    @Test
    void aFollowerIsDoneWhenEveryLineHasBeenDelivered() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        try (Container container = shell("seq 1 2000").start();
                Logs.Following tail = container.logs().follow(line -> heard.add(line.text()))) {
            container.await();
            tail.done().get(30, TimeUnit.SECONDS);
            assertThat(heard).hasSize(2000).startsWith("1").endsWith("2000");
            assertThat(container.logs().snapshot()).hasSize(2000);
            assertThat(container.logs().tail(2)).extracting(LogLine::text).containsExactly("1999", "2000");
        }
    }

    @Test
    void aSlowReaderLosesTheOldestLinesAndNotTheMemory() throws Exception {
        try (Container container = shell("yes 0123456789012345678901234567890123456789 | head -c 100000000")
                .start()) {
            container.await();
            List<LogLine> kept = container.logs().snapshot();
            assertThat(kept.size()).isLessThan(1_500_000);
            assertThat(container.logs().droppedBytes()).isGreaterThan(60_000_000);
        }
    }

    @Test
    void aListenerThatThrowsFailsTheRunAndLeavesNothing() {
        IllegalStateException thrown = new IllegalStateException("no more");
        assertThatThrownBy(() -> shell("echo one; sleep 60")
                        .onLog(line -> {
                            throw thrown;
                        })
                        .await())
                .isInstanceOf(SkiffException.class)
                .hasCause(thrown);
    }

    @Test
    void anInterruptEndsTheContainerAndIsNotForgotten() throws Exception {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        CompletableFuture<Void> up = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                shell("echo up; sleep 60").onLog(line -> up.complete(null)).await();
            } catch (Throwable e) {
                outcome.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost", e));
            }
        });
        thread.start();
        up.get(30, TimeUnit.SECONDS);
        thread.interrupt();
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedOperationException.class);
        assertThat(containerDirectories()).isEmpty();
    }

    @Test
    void aLimitEndsTheContainer() throws IOException {
        long start = System.nanoTime();
        assertThatThrownBy(() -> shell("sleep 60").await(Duration.ofMillis(300)))
                .isInstanceOf(OperationTimeoutException.class)
                .hasMessage("run busybox: not done within 300 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(Thread.interrupted()).isFalse();
        assertThat(containerDirectories()).isEmpty();
    }

    @Test
    void cancellingEndsTheContainer() throws Exception {
        CompletableFuture<Void> up = new CompletableFuture<>();
        CompletableFuture<ExitStatus> future =
                shell("echo up; sleep 60").onLog(line -> up.complete(null)).async();
        up.get(30, TimeUnit.SECONDS);
        future.cancel(true);
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        awaitNoContainers();
    }

    @Test
    void aFutureThatRunsOutOfTimeEndsTheContainer() throws Exception {
        CompletableFuture<Void> up = new CompletableFuture<>();
        CompletableFuture<ExitStatus> future =
                shell("echo up; sleep 60").onLog(line -> up.complete(null)).async();
        up.get(30, TimeUnit.SECONDS); // before, there may be no directory yet, and nothing to wait for
        future.orTimeout(100, TimeUnit.MILLISECONDS);
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        awaitNoContainers();
    }

    private void awaitNoContainers() throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!containerDirectories().isEmpty() && System.nanoTime() < limit) {
            Thread.sleep(10);
        }
        assertThat(containerDirectories()).isEmpty();
    }

    @Test
    void twentyContainersRunSideBySide() {
        List<CompletableFuture<Container>> starting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            starting.add(shell("mkdir /www; echo " + i + " > /www/index.html; exec httpd -f -p 80 -h /www")
                    .readyWhen(Ready.http(80, "/"))
                    .startAsync());
        }
        List<Container> containers =
                starting.stream().map(CompletableFuture::join).toList();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(get(containers.get(i).http(80))).isEqualTo(i + "\n");
            }
        } finally {
            containers.parallelStream().forEach(Container::close);
        }
    }

    private static String get(URI uri) {
        try (InputStream in = uri.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReadOnlyRootCannotBeWritten() {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        shell("touch /no; touch /dev/shm/yes && echo yes")
                .readOnly()
                .onLog(line -> lines.add(line.text()))
                .await();
        assertThat(lines)
                .anyMatch(line -> line.contains("Read-only file system"))
                .contains("yes");
    }

    @Test
    void onRequestNoProgramGainsRights() {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        shell("grep NoNewPrivs /proc/self/status")
                .noNewPrivileges()
                .onLog(line -> lines.add(line.text()))
                .await();
        assertThat(lines).containsExactly("NoNewPrivs:\t1");
    }

    @Test
    void theHostsFilesOfAContainerAreItsOwn() {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        shell("hostname; cat /etc/hostname; cut -f 2 /etc/hosts; wc -c /etc/resolv.conf; ls -A /")
                .outbound(Outbound.none())
                .onLog(line -> lines.add(line.text()))
                .await();
        String name = lines.get(0);
        assertThat(name).matches("[0-9a-f]{12}");
        assertThat(lines)
                .contains("localhost " + name, "0 /etc/resolv.conf")
                .element(1)
                .isEqualTo(name);
        assertThat(lines).contains("bin", "dev", "etc", "proc", "sys");
    }

    @Test
    void whatContainersWriteIsNotInTheImage() {
        shell("echo changed > /etc/passwd; rm /bin/cat; touch /new").await().orThrow();
        assertThat(shell("test ! -e /new && cat /etc/passwd | grep -q root")
                        .await()
                        .success())
                .isTrue();
    }

    @Test
    void closingTheSkiffClosesItsContainers() throws IOException {
        Container container = shell("sleep 60").start();
        skiff.close();
        assertThat(container.state()).isInstanceOf(ContainerState.Stopped.class);
        assertThatThrownBy(() -> shell("true").await())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Skiff is closed");
    }

    @Test
    void thisHostIsFoundUsable() {
        HostReport report = skiff.diagnose();
        assertThat(report.usable()).as(report.toString()).isTrue();
        assertThat(report.checks()).extracting(HostCheck::feature).contains("overlayfs", "seccomp", "namespaces");
    }
}
