package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.AddressInUseException;
import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.PublishedPort;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Orphans;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a supervisor does for its container. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class SupervisorTest {
    private static final int ECHO_PORT = 7000;

    /** Tells the processes of this run from those of any other on the machine. */
    private static final String SLEEP = "sleep 7" + ProcessHandle.current().pid();

    private static final int SUPERVISOR_KILOBYTES = 400;
    private static final int MOST_OF_ONE_READ = 16384 / 7 * 48; // seven bytes of output to a line, of a log's 48

    private Path base;
    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        base = Files.createTempDirectory("skiff-supervisor");
        containers = new TestContainers(base);
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private LinuxContainer start(String script, PublishedPort... ports) throws Exception {
        LinuxContainer container = containers.host.start(containers.request(containers.spec(script), List.of(ports)));
        container.started().get(30, TimeUnit.SECONDS);
        return container;
    }

    private static PublishedPort loopback(int hostPort, int containerPort) {
        return new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), hostPort), containerPort);
    }

    @Test
    void theExitStatusIsTheCommands() throws Exception {
        assertThat(containers.run("exit 0").exit()).isEqualTo(new ContainerExit(false, 0));
        assertThat(containers.run("exit 7").exit()).isEqualTo(new ContainerExit(false, 7));
    }

    @Test
    void aSignalThatEndedItIsTold() throws Exception {
        try (LinuxContainer container = start("sleep 1000")) {
            container.signal(Signal.KILL);
            assertThat(container.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new ContainerExit(true, 9));
        }
    }

    @Test
    void aSignalReachesTheFirstProcess() throws Exception {
        ContainerRequest request = containers.request(
                containers.spec("trap 'echo heard; exit 5' TERM; echo ready; while :; do sleep 0.1; done"), List.of());
        try (LinuxContainer container = containers.host.start(request)) {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            container.onOutput(() -> ready.complete(null));
            ready.get(30, TimeUnit.SECONDS);
            container.signal(Signal.TERM);
            assertThat(container.exited().get(30, TimeUnit.SECONDS).value()).isEqualTo(5);
            assertThat(TestContainers.output(request, "stdout")).isEqualTo("ready\nheard\n");
        }
    }

    @Test
    void bothStreamsAreKeptApartAndWhole() throws Exception {
        Result result = containers.run("seq 1 20000; seq 1 3000 >&2");
        assertThat(result.lines()).hasSize(20000).endsWith("19999", "20000");
        assertThat(result.stderr().lines()).hasSize(3000);
    }

    @Test
    void aLineThatNeverEndsIsKeptInPieces() throws Exception {
        Result result = containers.run("head -c 100000 /dev/zero | tr '\\0' x; printf end");
        assertThat(result.stdout()).isEqualTo("x".repeat(100_000) + "end");
    }

    @Test
    void theLogIsBoundedAndTheNewestIsKept() throws Exception {
        ContainerRequest request =
                containers.request(containers.spec("seq 1 200000"), List.of(), new LogLimits(100_000, 3), false);
        try (LinuxContainer container = containers.host.start(request)) {
            container.exited().get(30, TimeUnit.SECONDS);
        }
        List<Path> files;
        try (var listing = Files.list(request.directory())) {
            files = listing.filter(file -> file.getFileName().toString().startsWith("log."))
                    .toList();
        }
        assertThat(files).hasSize(3);
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThan(3 * (100_000 + MOST_OF_ONE_READ));
    }

    @Test
    void anExitRecordIsOnTheDiskWhenItIsAskedFor() throws Exception {
        ContainerRequest request = containers.request(containers.spec("exit 4"), List.of(), LogLimits.DEFAULT, true);
        try (LinuxContainer container = containers.host.start(request)) {
            container.gone().get(30, TimeUnit.SECONDS);
        }
        assertThat(request.directory().resolve("exit")).hasContent("exited 4\n");
    }

    @Test
    void aSupervisorTakesLittleMemory() throws Exception {
        try (LinuxContainer container = start("seq 1 50000; sleep 1000")) {
            long pid = container.started().join();
            String parent = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1)[3];
            String resident = Files.readAllLines(Path.of("/proc/" + parent + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Integer.parseInt(resident.replaceAll("[^0-9]", ""))).isLessThanOrEqualTo(SUPERVISOR_KILOBYTES);
        }
    }

    @Test
    void theContainerDiesWithItsSupervisor() throws Exception {
        try (LinuxContainer container = start("sleep 4321")) {
            long pid = container.started().join();
            String parent = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1)[3];
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            new ProcessBuilder("kill", "-9", parent).start().waitFor();
            container.gone().get(30, TimeUnit.SECONDS);
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void nothingIsLeftOfAContainerWhoseJvmWasKilled() throws Exception {
        Path home = base.resolve("orphans");
        Process jvm = ChildJvm.start(Orphans.class, home.toString(), SLEEP);
        BufferedReader out = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).startsWith("started ");
        List<ProcessHandle> processes = TestContainers.processes(SLEEP).stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .toList();
        assertThat(processes).isNotEmpty();
        jvm.destroyForcibly().waitFor();
        CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .get(5, TimeUnit.SECONDS);
        assertThat(TestContainers.processes(SLEEP)).isEmpty();
    }

    // ---- published ports

    @Test
    void aPublishedPortCarriesBytesBothWays() throws Exception {
        try (LinuxContainer container = start("while :; do nc -l -p 7000 -e cat; done", loopback(0, ECHO_PORT))) {
            byte[] sent = new byte[3_000_000];
            new Random(1).nextBytes(sent);
            assertThat(echo(container.hostPorts().get(0), sent)).isEqualTo(sent);
        }
    }

    @Test
    void manyConnectionsAtOnceAreKeptApart() throws Exception {
        Files.createDirectories(containers.root().resolve("www"));
        byte[] page = new byte[200_000];
        new Random(2).nextBytes(page);
        Files.write(containers.root().resolve("www/page"), page);
        try (LinuxContainer container = start("httpd -f -p 8000 -h /www", loopback(0, 8000))) {
            int port = container.hostPorts().get(0);
            fetch(port, "/page"); // the server is up
            List<CompletableFuture<byte[]>> answers = IntStream.range(0, 40)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> fetch(port, "/page")))
                    .toList();
            for (CompletableFuture<byte[]> answer : answers) {
                byte[] bytes = answer.get(60, TimeUnit.SECONDS);
                assertThat(Arrays.copyOfRange(bytes, bytes.length - page.length, bytes.length))
                        .isEqualTo(page);
            }
        }
    }

    @Test
    void aPortThatIsTakenIsToldBeforeAnythingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ContainerRequest request =
                    containers.request(containers.spec("true"), List.of(loopback(taken.getLocalPort(), 80)));
            assertThatThrownBy(() -> containers.host.start(request))
                    .isInstanceOf(AddressInUseException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
            assertThat(request.directory().resolve("log.0")).doesNotExist();
        }
    }

    @Test
    void aPortWhereNobodyListensIsClosedAtOnce() throws Exception {
        try (LinuxContainer container = start("sleep 1000", loopback(0, 9999));
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), container.hostPorts().get(0))) {
            socket.setSoTimeout(30_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void thePortIsFreeAgainWhenTheContainerIsGone() throws Exception {
        int port;
        try (LinuxContainer container = start("sleep 1000", loopback(0, 80))) {
            port = container.hostPorts().get(0);
        }
        try (ServerSocket again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(again.isBound()).isTrue();
        }
    }

    private static byte[] echo(int port, byte[] sent) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(socket, sent));
                byte[] received = socket.getInputStream().readNBytes(sent.length);
                if (received.length > 0 || attempt > 200) { // none: the server was not up yet
                    writing.join();
                    return received;
                }
            } catch (SocketException | CompletionException e) {
                if (attempt > 200) {
                    throw e;
                }
            }
            Spin.once();
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks until there is an answer: a server needs a moment to listen, and there is no event that tells. */
    private static byte[] fetch(int port, String path) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                byte[] answer = socket.getInputStream().readAllBytes();
                if (answer.length > 0) {
                    return answer;
                }
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new UncheckedIOException(e);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no answer from port " + port);
            }
        }
    }
}
