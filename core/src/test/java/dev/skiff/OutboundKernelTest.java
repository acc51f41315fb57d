package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.OwnNetwork;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers and builds get out of their networks; the world is a network namespace that a JVM runs in for that. */
@KernelTest(
        programs = {BusyboxRoot.BUSYBOX, "/usr/bin/pasta", "/bin/ip"},
        devices = "/dev/net/tun")
@Timeout(120)
class OutboundKernelTest {
    private Path home;

    /** Runs in a network of its own. */
    static final class World {
        private final Skiff skiff;
        private final Run busybox;
        private final int port;
        private final boolean root = "root".equals(System.getProperty("user.name"));

        private World(Skiff skiff, int port) throws IOException {
            this.skiff = skiff;
            this.busybox = skiff.containers().run(TestImages.busybox(skiff));
            this.port = port;
        }

        /**
         * Holds a claim against the kernel.
         *
         * @param args the claim, and where to keep images
         */
        public static void main(String[] args) throws Exception {
            try (Skiff skiff = Skiff.builder().store(Path.of(args[1])).open();
                    ServerSocket server = OwnNetwork.serve(OwnNetwork.ADDRESS, "the world")) {
                World world = new World(skiff, server.getLocalPort());
                switch (args[0]) {
                    case "run" -> world.run();
                    case "build" -> world.build();
                    default -> throw new IllegalArgumentException(args[0]);
                }
            }
        }

        /** Input that does not end: a pasta of 2023 loses what comes after half of a connection is closed. */
        private String fetch() {
            return "/bin/busybox mkfifo /tmp/open && nc -w 3 %s %d <>/tmp/open; rm /tmp/open; "
                    .formatted(OwnNetwork.ADDRESS, port);
        }

        private List<String> lines(Run run) {
            List<String> lines = Collections.synchronizedList(new ArrayList<>());
            run.onLog(line -> lines.add(line.text())).await();
            return lines;
        }

        void run() {
            assertThat(lines(busybox.outbound(Outbound.required()).shell(fetch() + "echo; cat /etc/resolv.conf")))
                    .containsExactly("the world", "nameserver 10.0.2.3");
            assertThat(String.join(" ", lines(busybox.outbound(Outbound.none()).shell(fetch()))))
                    .doesNotContain("the world");
            List<String> usual = lines(busybox.shell(fetch()));
            if (root) {
                assertThat(usual).doesNotContain("the world");
                assertThat(lines(busybox.outbound(Outbound.required())
                                .userNamespace(UserNamespace.auto())
                                .shell(fetch())))
                        .contains("the world");
            } else {
                assertThat(usual).contains("the world");
            }
            try (Container container =
                    busybox.outbound(Outbound.required()).shell("sleep 100").start()) {
                assertThat(container.isolation().aspects())
                        .anySatisfy(aspect ->
                                assertThat(aspect.toString()).startsWith("ok: way out: through /usr/bin/pasta"));
            }
        }

        void build() throws Exception {
            try (ServerSocket local = OwnNetwork.serve("127.0.0.1", "the host")) {
                String own = "RUN nc -w 3 127.0.0.1 " + local.getLocalPort() + " < /dev/null > /%s || true\n";
                String dockerfile = "FROM busybox\nRUN " + fetch().replace("; rm", " > /got; rm") + "true\n"
                        + own.formatted("local")
                        + own.replace("RUN", "RUN --network=host").formatted("host");
                Image image = skiff.images()
                        .build(BuildContext.files().file("Dockerfile", dockerfile))
                        .await();
                assertThat(lines(skiff.containers().run(image).shell("cat /got; echo; cat /host")))
                        .containsExactly("the world", "the host");
                // root's steps use the host's network, as long as its containers have no other way out
                assertThat(lines(skiff.containers().run(image).shell("cat /local")))
                        .isEqualTo(root ? List.of("the host") : List.of());
            }
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

    private void claim(String claim) throws Exception {
        OwnNetwork.Ended ended =
                OwnNetwork.run(home, World.class, claim, home.resolve("skiff").toString());
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    @Test
    void aContainerReachesTheWorldIfItMay() throws Exception {
        claim("run");
    }

    @Test
    void theStepsOfABuildReachTheWorldAndNotTheHostItself() throws Exception {
        claim("build");
    }

    @Test
    void aSharedNetworkHasNoWayOutOfItsOwn() throws IOException {
        try (Skiff skiff = Skiff.builder().store(home.resolve("skiff")).open()) {
            Run run = skiff.containers()
                    .run(TestImages.busybox(skiff))
                    .network(Sharing.host())
                    .outbound(Outbound.required())
                    .command("true");
            assertThatThrownBy(run::await)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("it uses the network of host, so it has no way out of its own");
        }
    }

    @Test
    void theHostIsReachedByNameOnlyIfThatIsAskedFor() throws IOException {
        try (Skiff skiff = Skiff.builder().store(home.resolve("skiff")).open()) {
            Run run = skiff.containers().run(TestImages.busybox(skiff)).outbound(Outbound.required());
            assertThat(run.toString()).doesNotContain("outbound");
            assertThat(run.outbound(Outbound.required().reachingHost()).toString())
                    .contains("outbound required, reaching the host");
        }
        assertThatThrownBy(() -> Outbound.none().reachingHost()).isInstanceOf(IllegalStateException.class);
    }
}
