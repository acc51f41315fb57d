package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.PublishedPort;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Published ports when those who call, or who answer, behave badly. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class ForwardingTest {
    private static final int PORT = 8000;
    private static final int CONNECTIONS = 256; // CONNECTIONS of supervise.c
    private static final String ESTABLISHED = "01";
    private static final String CLOSE_WAIT = "08";
    private static final String LISTENING = "0A";
    private static final byte[] REQUEST = "GET /page HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] page = new byte[5_000_000];
    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-forwarding"));
        new Random(3).nextBytes(page);
        Files.createDirectories(containers.root().resolve("www"));
        Files.write(containers.root().resolve("www/page"), page);
        Files.writeString(containers.root().resolve("www/small"), "small");
    }

    @AfterEach
    void close() {
        containers.close();
    }

    /** A web server, up. */
    private LinuxContainer serve() throws Exception {
        return start(containers.spec("httpd -f -p " + PORT + " -h /www"));
    }

    private LinuxContainer start(Spec spec) throws Exception {
        PublishedPort port = new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PORT);
        LinuxContainer container = containers.host.start(containers.request(spec, List.of(port)));
        container.started().get(20, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (fetchSmall(container).isEmpty()) {
            assertThat(System.nanoTime()).as("a server that does not come up").isLessThan(deadline);
        }
        return container;
    }

    private static Socket connect(LinuxContainer container) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), container.hostPorts().get(0));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String fetchSmall(LinuxContainer container) {
        try (Socket socket = connect(container)) {
            socket.getOutputStream().write("GET /small HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return ""; // reset: nobody listens yet
        }
    }

    private static long supervisorOf(LinuxContainer container) throws IOException {
        return Long.parseLong(stat(container.started().join())[3]);
    }

    private static String[] stat(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1);
    }

    /** In hundredths of a second: utime and stime of proc_pid_stat(5). */
    private static long processorTime(long pid) throws IOException {
        String[] stat = stat(pid);
        return Long.parseLong(stat[13]) + Long.parseLong(stat[14]);
    }

    private static void assertIdle(LinuxContainer container) throws IOException {
        long pid = supervisorOf(container);
        long before = processorTime(pid);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(processorTime(pid) - before)
                .as("hundredths of a second that an idle supervisor worked in half a second")
                .isLessThanOrEqualTo(5);
    }

    @Test
    void oneWhoDoesNotReadHoldsUpNobodyElse() throws Exception {
        try (LinuxContainer container = serve();
                Socket slow = connect(container)) {
            slow.getOutputStream().write(REQUEST);
            for (int i = 0; i < 5; i++) {
                assertThat(fetchSmall(container)).endsWith("small");
            }
            assertIdle(container);
            byte[] all = slow.getInputStream().readAllBytes();
            assertThat(Arrays.copyOfRange(all, all.length - page.length, all.length))
                    .isEqualTo(page);
        }
    }

    @Test
    void moreCallersThanItCanCarryWaitForTheirTurn() throws Exception {
        new Probe(containers);
        Spec spec = containers.spec("");
        List<String> listen = Probe.command( // and let the kernel take the calls
                Probe.call("socket", 2, 1, 0),
                Probe.call("bind", "=0", String.format("x:0200%04x", PORT) + "00".repeat(12), 16),
                Probe.call("listen", "=0", 4 * CONNECTIONS),
                Probe.call("ppoll", 0, 0, 0, 0));
        PublishedPort port = new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PORT);
        List<Socket> callers = new ArrayList<>();
        try (LinuxContainer container = containers.host.start(
                containers.request(spec.withProcess(spec.process().orElseThrow().withArgs(listen)), List.of(port)))) {
            container.started().get(20, TimeUnit.SECONDS);
            awaitSockets(container, LISTENING, 1);
            for (int i = 0; i < CONNECTIONS + 30; i++) {
                callers.add(connect(container));
            }
            awaitSockets(container, ESTABLISHED, CONNECTIONS);
            assertIdle(container);
            for (Socket caller : callers.subList(0, 20)) {
                caller.setSoLinger(true, 0); // the end is a reset
                caller.close();
            }
            awaitSockets(container, CLOSE_WAIT, 20);
            awaitSockets(container, ESTABLISHED, CONNECTIONS);
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }

    /** Until that many sockets of the container's port are in that state: proc_pid_net(5). */
    private static void awaitSockets(LinuxContainer container, String state, int count) throws IOException {
        Path table = Path.of("/proc/" + container.started().join() + "/net/tcp");
        String socket = String.format(" *[0-9]+: [0-9A-F]{8}:%04X [0-9A-F]{8}:[0-9A-F]{4} %s .*", PORT, state);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            List<String> sockets = Files.readAllLines(table);
            if (sockets.stream().filter(line -> line.matches(socket)).count() == count) {
                return;
            }
            assertThat(System.nanoTime())
                    .as(count + " sockets in state " + state + " of " + sockets.size())
                    .isLessThan(deadline);
        }
    }

    /** Each connection takes six descriptors; when they are used up, callers wait, and the supervisor does not spin. */
    @Test
    void callersWaitWhileDescriptorsAreShort() throws Exception {
        try (LinuxContainer container = serve()) {
            limitDescriptors(supervisorOf(container), 40);
            List<Socket> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                callers.add(connect(container));
            }
            assertIdle(container);
            for (Socket caller : callers) {
                caller.close();
            }
            assertThat(fetchSmall(container)).endsWith("small");
        }
    }

    private static void limitDescriptors(long pid, int limit) throws Exception {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--nofile=" + limit)
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).as("prlimit(1)").isZero();
    }

    @Test
    void halfClosedConnectionsAreCarriedAndDoNotSpin() throws Exception {
        try (LinuxContainer container = serve();
                Socket half = connect(container)) {
            half.getOutputStream().write(REQUEST);
            half.shutdownOutput();
            assertIdle(container); // the page is larger than all buffers, and nobody reads
            InputStream in = half.getInputStream();
            assertThat(in.readAllBytes().length).isGreaterThan(page.length);
            assertIdle(container);
        }
    }

    @KernelTest(root = true) // a supervisor is not dumpable: its descriptors can be seen by root alone
    @Test
    void callersThatVanishLeaveNothingOpen() throws Exception {
        try (LinuxContainer container = serve()) {
            long pid = supervisorOf(container);
            long before = descriptors(pid);
            for (int i = 0; i < 100; i++) {
                Socket caller = connect(container);
                caller.getOutputStream().write(REQUEST);
                if (i % 2 == 0) {
                    caller.setSoLinger(true, 0); // the end is a reset
                }
                caller.close();
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (descriptors(pid) > before) {
                assertThat(System.nanoTime())
                        .as("connections that nobody is at the end of")
                        .isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            assertIdle(container);
        }
    }

    private static long descriptors(long pid) throws IOException {
        try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.count();
        }
    }

    /** A connection that never stops must not keep the supervisor from its other duties. */
    @Test
    void aStreamWithoutEndDoesNotKeepTheContainerAlive() throws Exception {
        Files.writeString(
                Files.createDirectories(containers.root().resolve("www/cgi-bin"))
                        .resolve("endless"),
                "#!/bin/sh\nprintf 'Content-Type: x/x\\r\\n\\r\\n'\nexec cat /dev/zero\n");
        assertThat(containers.root().resolve("www/cgi-bin/endless").toFile().setExecutable(true))
                .isTrue();
        LinuxContainer container = serve();
        try (Socket endless = connect(container)) {
            endless.getOutputStream()
                    .write("GET /cgi-bin/endless HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            CountDownLatch flows = new CountDownLatch(1);
            Thread reader = new Thread(() -> drain(endless, flows), "reader");
            reader.setDaemon(true);
            reader.start();
            assertThat(flows.await(20, TimeUnit.SECONDS)).isTrue();
            long asked = System.nanoTime();
            container.close();
            assertThat(System.nanoTime() - asked).isLessThan(TimeUnit.SECONDS.toNanos(5));
        }
    }

    /** @param flows told once more has come than fits into the buffers on the way */
    private static void drain(Socket socket, CountDownLatch flows) {
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            long all = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all += read;
                if (all > 16 << 20) {
                    flows.countDown();
                }
            }
        } catch (IOException e) {
            return; // closed
        }
    }
}
