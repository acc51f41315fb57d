package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.OwnNetwork;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.NetDevice;
import dev.skiff.oci.runtime.Spec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Network devices of the host that move to a container; the host is a network namespace here, with a device "outside". */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, "/usr/sbin/ip"})
class NetDevicesTest {
    private static final String LOOK = "ip -o addr; ip -o link";

    /** What runs in that network. */
    static final class World {
        private final TestContainers containers;

        private World(TestContainers containers) {
            this.containers = containers;
        }

        public static void main(String[] args) throws Exception {
            try (TestContainers containers =
                    new TestContainers(Files.createTempDirectory(Path.of(args[1]), "net-devices"))) {
                World world = new World(containers);
                switch (args[0]) {
                    case "renamed" -> world.renamed();
                    case "numbered" -> world.numbered();
                    case "mapped" -> world.mapped();
                    case "refused" -> world.refused();
                    case "givenBack" -> world.givenBack();
                    default -> throw new AssertionError(args[0]);
                }
            }
        }

        private String see(Map<String, NetDevice> devices, UnaryOperator<Linux> change) throws Exception {
            Spec spec = containers.spec(LOOK);
            return containers
                    .run(spec.withLinux(change.apply(spec.linux().orElseThrow().withNetDevices(devices))))
                    .stdout();
        }

        private String see(Map<String, NetDevice> devices) throws Exception {
            return see(devices, linux -> linux);
        }

        private static void ip(String... arguments) throws Exception {
            List<String> command =
                    Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList();
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .isZero();
        }

        void renamed() throws Exception {
            ip("addr", "add", "2001:db8::7/64", "dev", "outside", "nodad");
            ip("addr", "add", "198.51.100.9/32", "dev", "outside", "scope", "host");
            String seen = see(Map.of("outside", NetDevice.named("eth0")));
            assertThat(seen)
                    .containsPattern("eth0 +inet 198\\.51\\.100\\.1/24")
                    .containsPattern("eth0 +inet6 2001:db8::7/64 scope global")
                    .containsPattern("eth0@\\w+: <BROADCAST,MULTICAST,UP")
                    .doesNotContain("198.51.100.9", "outside");
        }

        void numbered() throws Exception {
            String seen = see(Map.of("outside", NetDevice.named("net%d"), "beyond", NetDevice.same()));
            assertThat(seen)
                    .contains("net0@beyond: <", "beyond@net0: <")
                    .containsPattern("net0 +inet 198\\.51\\.100\\.1/24");
        }

        /** Of a container whose network belongs to a user namespace of its own. */
        void mapped() throws Exception {
            List<IdMapping> ids = List.of(IdMapping.of(0, 200_000, 1000));
            String seen = see(
                    Map.of("outside", NetDevice.same()),
                    linux -> linux.withNamespaces(Stream.concat(
                                            linux.namespaces().stream(), Stream.of(Namespace.of(NamespaceType.USER)))
                                    .toList())
                            .withUidMappings(ids)
                            .withGidMappings(ids));
            assertThat(seen).containsPattern("outside +inet 198\\.51\\.100\\.1/24");
        }

        /** With the network that it is in, a pair is removed. */
        void givenBack() throws Exception {
            ip("addr", "add", "203.0.113.5/24", "dev", "beyond");
            ip("link", "set", "beyond", "up");
            assertThatThrownBy(() -> see(
                            new TreeMap<>(Map.of("beyond", NetDevice.named("eth0"), "outside", NetDevice.named("lo")))))
                    .hasMessageContaining("move the network device outside as lo");
            Process look = new ProcessBuilder("ip", "-o", "addr", "show", "dev", "beyond", "up").start();
            assertThat(new String(look.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("inet 203.0.113.5/24");
        }

        void refused() {
            assertThatThrownBy(() -> see(Map.of("outside", NetDevice.same(), "nosuch", NetDevice.same())))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("move the network device nosuch")
                    .hasMessageContaining("ENODEV");
            assertThatThrownBy(() -> see(Map.of("outside", NetDevice.named("lo"))))
                    .hasMessageContaining("move the network device outside as lo")
                    .hasMessageContaining("EEXIST");
            assertThatThrownBy(() -> see(Map.of("lo", NetDevice.named("lo1"))))
                    .hasMessageContaining("move the network device lo as lo1")
                    .hasMessageContaining("EINVAL");
        }
    }

    private static void claim(String claim, Path base) throws Exception {
        OwnNetwork.Ended ended = OwnNetwork.run(base, World.class, claim, base.toString());
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    @Test
    @KernelTest(root = true)
    void aDeviceMovesWithItsAddressesAndIsSetUpUnderItsNewName(@TempDir Path base) throws Exception {
        claim("renamed", base);
    }

    @Test
    @KernelTest(root = true)
    void severalMoveAndTheKernelChoosesANumber(@TempDir Path base) throws Exception {
        claim("numbered", base);
    }

    @Test
    @KernelTest(root = true)
    void aDeviceMovesToAContainerWithUsersOfItsOwn(@TempDir Path base) throws Exception {
        claim("mapped", base);
    }

    @Test
    @KernelTest(root = true)
    void whatCannotMoveIsAnErrorThatNamesIt(@TempDir Path base) throws Exception {
        claim("refused", base);
    }

    @Test
    @KernelTest(root = true)
    void whenOneCannotMoveTheOthersAreGivenBackAsTheyWere(@TempDir Path base) throws Exception {
        claim("givenBack", base);
    }

    @Test
    void withoutANetworkOfItsOwnAContainerCanHaveNone(@TempDir Path base) throws Exception {
        try (TestContainers containers = new TestContainers(base)) {
            Spec spec = containers.spec("true");
            Linux linux = spec.linux().orElseThrow();
            Spec shared = spec.withLinux(linux.withNetDevices(Map.of("outside", NetDevice.same()))
                    .withNamespaces(linux.namespaces().stream()
                            .filter(each -> each.type() != NamespaceType.NETWORK)
                            .toList()));
            assertThatThrownBy(() -> containers.run(shared))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("linux.netDevices without a network namespace");
        }
    }

    /** What an ordinary user's container lacks it is not started without. */
    @Test
    void aDeviceThatIsNotOursToMoveIsAnError(@TempDir Path base) throws Exception {
        try (TestContainers containers = new TestContainers(base)) {
            Spec spec = containers.spec("true");
            Map<String, NetDevice> devices = Map.of("lo", NetDevice.named("lo1"));
            assertThatThrownBy(() -> containers.run(
                            spec.withLinux(spec.linux().orElseThrow().withNetDevices(devices))))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("move the network device lo as lo1")
                    .hasMessageContaining(containers.host.rootless() ? "EPERM" : "EINVAL");
        }
    }
}
