package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network of all but the first container has been made before it was asked for; nobody can tell. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class NetworkAheadTest {
    private static final int CONTAINERS = 12; // that run at once: the number of a network that is gone is given again

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-ahead"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    @Test
    void oneThatWasMadeAheadHasItsLoopbackInterfaceAloneAndUpAndItsSysctls() throws Exception {
        containers.run("true");
        Result result = containers.run(
                "ls /sys/class/net; cat /sys/class/net/lo/flags; cat /proc/sys/net/ipv4/ping_group_range");
        assertThat(result.lines()).containsExactly("lo", "0x9", "0\t0");
    }

    @Test
    void whatOneContainerDoesToItsNetworkTheNextDoesNotSee() throws Exception {
        containers.run("true");
        Spec spec = containers.spec("ip addr add 127.9.9.9/32 dev lo; ip addr show lo");
        Process admin = spec.process().orElseThrow();
        Result first = containers.run(
                spec.withProcess(admin.withCapabilities(Capabilities.of(EnumSet.of(Capability.CAP_NET_ADMIN)))));
        assertThat(first.stdout()).contains("127.9.9.9");
        assertThat(containers.run("ip addr show lo").stdout())
                .contains("127.0.0.1")
                .doesNotContain("127.9.9.9");
    }

    @Test
    void manyAtOnceHaveOneEach() throws Exception {
        assumeFalse(
                containers.host.rootless(), "none is made ahead for an ordinary user, who may not look at them either");
        containers.run("true");
        Set<String> networks = new HashSet<>();
        LinuxContainer[] running = new LinuxContainer[CONTAINERS];
        try {
            for (int i = 0; i < CONTAINERS; i++) {
                running[i] = containers.host.start(containers.request(containers.spec("sleep 4011"), List.of()));
            }
            for (LinuxContainer container : running) {
                long pid = container.started().get(20, TimeUnit.SECONDS);
                assertThat(networks.add(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net"))
                                .toString()))
                        .isTrue();
            }
        } finally {
            for (LinuxContainer container : running) {
                if (container != null) {
                    container.close();
                }
            }
        }
    }

    @Test
    void theLauncherIsInTheHostsNetworkAfterwards() throws Exception {
        assumeRoot();
        containers.run("true");
        ProcessHandle launcher = HostState.rootAgents().get(0);
        containers.host.removeTree(
                Files.createTempDirectory("skiff-ahead")); // it has to have made the next one for that
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + launcher.pid() + "/ns/net")))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
    }

    private void assumeRoot() {
        assumeFalse(
                containers.host.rootless(), "none is made ahead for an ordinary user, who may not look at them either");
    }
}
