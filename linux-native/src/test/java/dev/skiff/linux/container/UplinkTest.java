package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.PublishedPort;
import dev.skiff.linux.Uplink;
import dev.skiff.linux.UplinkException;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.OwnNetwork;
import dev.skiff.linux.testing.Signals;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers reach the world, which for these tests is a network namespace, through pasta and slirp4netns. */
@KernelTest(
        programs = {BusyboxRoot.BUSYBOX, UplinkTest.PASTA, UplinkTest.SLIRP, "/bin/ip"},
        devices = "/dev/net/tun")
class UplinkTest {
    static final String PASTA = "/usr/bin/pasta";
    static final String SLIRP = "/usr/bin/slirp4netns";

    private static final int PORT = 8000;
    private static final int SECONDS = 30;

    private Path base;

    /** Runs in a network of its own, one claim at a time. */
    static final class World {
        private final TestContainers containers;
        private final Uplink uplink;

        World(TestContainers containers, Uplink uplink) {
            this.containers = containers;
            this.uplink = uplink;
        }

        /**
         * Holds a claim against the kernel.
         *
         * @param args the claim, the program, a directory
         */
        public static void main(String[] args) throws Exception {
            Uplink.Kind kind = Uplink.Kind.valueOf(args[1]);
            Uplink uplink = new Uplink(kind, Path.of(kind == Uplink.Kind.PASTA ? PASTA : SLIRP), false, true);
            try (TestContainers containers = new TestContainers(Path.of(args[2]).resolve("containers"))) {
                World world = new World(containers, uplink);
                switch (args[0]) {
                    case "reach" -> world.reach();
                    case "loopback" -> world.loopback();
                    case "names" -> world.names();
                    case "publish" -> world.publish();
                    case "end" -> world.end();
                    case "supervisor" -> world.supervisor();
                    case "lost" -> world.lost();
                    case "wait" -> world.waitToBeKilled();
                    default -> throw new IllegalArgumentException(args[0]);
                }
            }
        }

        private String fetch(String address, int port, Uplink through) throws Exception {
            // input that does not end: a pasta of 2023 loses what comes after the client's half of a connection is
            // closed
            String script =
                    "/bin/busybox mkfifo /tmp/open && nc -w 3 %s %d <>/tmp/open || echo none".formatted(address, port);
            return containers
                    .run(containers.request(containers.spec(script), List.of(), through))
                    .stdout()
                    .trim();
        }

        void reach() throws Exception {
            try (ServerSocket server = OwnNetwork.serve(OwnNetwork.ADDRESS, "the world")) {
                assertThat(fetch(OwnNetwork.ADDRESS, server.getLocalPort(), uplink))
                        .isEqualTo("the world");
            }
        }

        void loopback() throws Exception {
            try (ServerSocket server = OwnNetwork.serve("127.0.0.1", "the host")) {
                int port = server.getLocalPort();
                assertThat(fetch("127.0.0.1", port, uplink)).isEqualTo("none");
                assertThat(fetch(Uplink.GATEWAY, port, uplink)).isEqualTo("none");
                assertThat(fetch(Uplink.GATEWAY, port, uplink.reachingHost())).isEqualTo("the host");
            }
        }

        /** The resolver of this network is at its loopback interface, as systemd's is. */
        void names() throws Exception {
            try (DatagramSocket resolver = new DatagramSocket(53, InetAddress.getLoopbackAddress())) {
                Thread thread = new Thread(() -> resolve(resolver), "resolver");
                thread.setDaemon(true);
                thread.start();
                String script = "/bin/busybox nslookup -type=a skiff.test " + Uplink.NAME_SERVER;
                assertThat(containers
                                .run(containers.request(containers.spec(script), List.of(), uplink))
                                .stdout())
                        .contains("203.0.113.7");
            }
        }

        /** Says of every name that it is 203.0.113.7: RFC 1035, 4.1. */
        private static void resolve(DatagramSocket resolver) {
            byte[] answer = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, (byte) 203, 0, 113, 7};
            byte[] buffer = new byte[512];
            try {
                while (true) {
                    DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                    resolver.receive(question);
                    byte[] reply = Arrays.copyOf(buffer, question.getLength() + answer.length);
                    System.arraycopy(answer, 0, reply, question.getLength(), answer.length);
                    reply[2] = (byte) 0x81;
                    reply[3] = (byte) 0x80;
                    reply[7] = 1;
                    resolver.send(new DatagramPacket(reply, reply.length, question.getSocketAddress()));
                }
            } catch (IOException e) {
                return; // closed
            }
        }

        void publish() throws Exception {
            String script = "mkdir /www; echo hello > /www/index.html; exec httpd -f -p " + PORT + " -h /www";
            PublishedPort port = new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PORT);
            ContainerRequest request = containers.request(containers.spec(script), List.of(port), uplink);
            try (LinuxContainer container = containers.host.start(request)) {
                container.started().get(SECONDS, TimeUnit.SECONDS);
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (!page(container.hostPorts().get(0)).contains("hello")) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                }
            }
        }

        private static String page(int port) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                return ""; // nobody listens yet
            }
        }

        void end() throws Exception {
            assertThat(uplinks()).isEmpty();
            ContainerRequest request = containers.request(containers.spec("exec sleep 100"), List.of(), uplink);
            try (LinuxContainer container = containers.host.start(request)) {
                container.started().get(SECONDS, TimeUnit.SECONDS);
                assertThat(container.uplinkFailure()).isEmpty();
                assertThat(uplinks()).hasSize(1);
            }
            assertThat(uplinks()).isEmpty();
            assertThat(containers
                            .run(containers.request(containers.spec("exit 3"), List.of(), uplink))
                            .exit()
                            .value())
                    .isEqualTo(3);
            assertThat(uplinks()).isEmpty();
        }

        /** Whoever looks after the uplink is killed, and the uplink with it; the container goes on. */
        void supervisor() throws Exception {
            ContainerRequest request = containers.request(containers.spec("exec sleep 100"), List.of(), uplink);
            try (LinuxContainer container = containers.host.start(request)) {
                container.started().get(SECONDS, TimeUnit.SECONDS);
                ProcessHandle supervisor = ProcessHandle.of(uplinks().get(0))
                        .orElseThrow()
                        .parent()
                        .orElseThrow();
                assertThat(supervisor.destroyForcibly()).isTrue();
                await(() -> uplinks().isEmpty());
                assertThat(container.exited()).isNotDone();
            }
        }

        void lost() throws Exception {
            ContainerRequest request = containers.request(containers.spec("exec sleep 100"), List.of(), uplink);
            try (LinuxContainer container = containers.host.start(request)) {
                container.started().get(SECONDS, TimeUnit.SECONDS);
                uplinks().forEach(pid -> Signals.send(pid, Signal.KILL));
                await(() -> container.uplinkFailure().isPresent());
                assertThat(container.uplinkFailure().orElseThrow())
                        .hasMessageContaining("it ended by signal 9 while the container ran");
                assertThat(container.exited()).isNotDone();
            }
        }

        void waitToBeKilled() throws Exception {
            ContainerRequest request = containers.request(containers.spec("exec sleep 100"), List.of(), uplink);
            LinuxContainer container = containers.host.start(request);
            container.started().get(SECONDS, TimeUnit.SECONDS);
            System.out.println("uplink " + uplinks().get(0));
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }

        /** Those below this JVM. */
        private static List<Long> uplinks() {
            return ProcessHandle.current()
                    .descendants()
                    .filter(process -> TestContainers.name(process.pid()).matches("pasta.*|passt.*|slirp4netns"))
                    .map(ProcessHandle::pid)
                    .toList();
        }
    }

    private interface Claim {
        boolean holds();
    }

    private static void await(Claim claim) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!claim.holds()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Spin.once();
        }
    }

    @BeforeEach
    void make() throws IOException {
        base = Files.createTempDirectory("skiff-uplink");
    }

    @AfterEach
    void remove() throws IOException {
        try (TestContainers containers = new TestContainers(base.resolve("rest"))) {
            containers.remove(base);
        }
    }

    private void claim(String claim, Uplink.Kind kind) throws Exception {
        OwnNetwork.Ended ended = OwnNetwork.run(base, World.class, claim, kind.name(), base.toString());
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aContainerReachesTheWorld(Uplink.Kind kind) throws Exception {
        claim("reach", kind);
    }

    @ParameterizedTest
    @EnumSource
    void theHostsLoopbackInterfaceIsOutOfReachUnlessItIsAskedFor(Uplink.Kind kind) throws Exception {
        claim("loopback", kind);
    }

    @ParameterizedTest
    @EnumSource
    void aResolverAtTheHostsLoopbackInterfaceAnswers(Uplink.Kind kind) throws Exception {
        claim("names", kind);
    }

    @ParameterizedTest
    @EnumSource
    void publishedPortsWorkBesideIt(Uplink.Kind kind) throws Exception {
        claim("publish", kind);
    }

    @ParameterizedTest
    @EnumSource
    void theUplinkEndsWithItsContainer(Uplink.Kind kind) throws Exception {
        claim("end", kind);
    }

    @ParameterizedTest
    @EnumSource
    void theUplinkEndsWithItsSupervisor(Uplink.Kind kind) throws Exception {
        claim("supervisor", kind);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsKilledIsToldOfAndTheContainerGoesOn(Uplink.Kind kind) throws Exception {
        claim("lost", kind);
    }

    @ParameterizedTest
    @EnumSource
    void theUplinkEndsWithAJvmThatIsKilled(Uplink.Kind kind) throws Exception {
        Process jvm = OwnNetwork.start(base, World.class, "wait", kind.name(), base.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            assertThat(line).startsWith("uplink ");
            long uplink = Long.parseLong(line.substring("uplink ".length()));
            assertThat(ProcessHandle.of(uplink)).isPresent();
            jvm.destroyForcibly();
            await(() -> TestContainers.name(uplink).isEmpty());
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void oneThatFailsSaysWhatTheProgramSaid() throws Exception {
        Path program = base.resolve("pasta");
        Files.writeString(program, "#!/bin/sh\necho no route to anywhere >&2\nexit 7\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Uplink broken = new Uplink(Uplink.Kind.PASTA, program, false, true);
        try (TestContainers containers = new TestContainers(base.resolve("containers"))) {
            try (LinuxContainer container =
                    containers.host.start(containers.request(containers.spec("true"), List.of(), broken))) {
                assertThat(container.started())
                        .failsWithin(Duration.ofSeconds(SECONDS))
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(UplinkException.class)
                        .withMessageContaining(program + ": it exited with 7: no route to anywhere");
            }
            Uplink optional = new Uplink(Uplink.Kind.PASTA, program, false, false);
            try (LinuxContainer container =
                    containers.host.start(containers.request(containers.spec("ip link"), List.of(), optional))) {
                assertThat(container.exited().get(SECONDS, TimeUnit.SECONDS).value())
                        .isZero();
                assertThat(container.uplinkFailure().orElseThrow()).hasMessageContaining("no route to anywhere");
            }
        }
    }
}
