package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.FilterAgent;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.Spec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters that ask somebody outside: SCMP_ACT_NOTIFY with listenerPath, config-linux.md, "Seccomp". */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class NotifyTest {
    private static final String ASKING = "mkdir /asked && test ! -e /asked && echo pretended";

    private Path base;
    private TestContainers containers;
    private FilterAgent agent;

    @BeforeEach
    void open() throws Exception {
        base = Files.createTempDirectory("skiff-notify");
        containers = new TestContainers(Files.createDirectory(base.resolve("containers")));
        agent = FilterAgent.at(base.resolve("agent"));
    }

    @AfterEach
    void close() {
        agent.close();
        containers.close();
        base.resolve("agent").toFile().delete();
        base.toFile().delete();
    }

    private Seccomp rules(String names, String extra) {
        return Json.read(
                ("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"" + base.resolve("agent")
                                + "\",\"listenerMetadata\":\"for the agent\"," + extra
                                + "\"syscalls\":[{\"names\":[" + names + "],\"action\":\"SCMP_ACT_NOTIFY\"}]}")
                        .getBytes(StandardCharsets.UTF_8),
                Seccomp.class);
    }

    private Spec spec(String script, boolean noNewPrivileges) {
        return with(containers.spec(script), rules("\"mkdir\",\"mkdirat\"", ""), noNewPrivileges);
    }

    private static Spec with(Spec spec, Seccomp rules, boolean noNewPrivileges) {
        return spec.withLinux(spec.linux().orElseThrow().withSeccomp(rules))
                .withProcess(spec.process().orElseThrow().withNoNewPrivileges(noNewPrivileges));
    }

    private ContainerProcessState told() throws InterruptedException {
        String said = agent.told().poll(30, TimeUnit.SECONDS);
        assertThat(said).isNotNull();
        return Json.read(said.getBytes(StandardCharsets.UTF_8), ContainerProcessState.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callsAreAnsweredByWhoHasTheFiltersDescriptor(boolean noNewPrivileges) throws Exception {
        ContainerRequest request = containers.request(spec(ASKING, noNewPrivileges), List.of());
        TestContainers.Result result = containers.run(request);
        assertThat(result.stdout()).as(result.stderr()).isEqualTo("pretended\n");
        ContainerProcessState state = told();
        assertThat(state.fds()).containsExactly("seccompFd");
        assertThat(state.metadata()).contains("for the agent");
        assertThat(state.pid()).isPositive();
        assertThat(state.state().id()).isEqualTo(request.id());
        assertThat(state.state().status()).isEqualTo("creating");
        assertThat(state.state().pid()).isEqualTo(state.pid());
        assertThat(agent.asked()).isNotEmpty();
    }

    @Test
    void aProcessThatJoinsHasADescriptorOfItsOwn() throws Exception {
        try (LinuxContainer container =
                containers.host.start(containers.request(spec("exec sleep 1000", true), List.of()))) {
            long first = container.started().get(30, TimeUnit.SECONDS);
            assertThat(told().pid()).isEqualTo(first);
            Process process = spec("", true).process().orElseThrow().withArgs(List.of("/bin/sh", "-c", ASKING));
            try (LinuxExec exec = container.exec(process)) {
                long joined = exec.started().get(30, TimeUnit.SECONDS);
                assertThat(new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("pretended\n");
                ContainerProcessState state = told();
                assertThat(state.pid()).isEqualTo(joined);
                assertThat(state.state().pid()).isEqualTo(first);
                assertThat(state.state().status()).isEqualTo("running");
            }
        }
    }

    @Test
    void aContainerThatIsCreatedAndStartedByOthersIsAnsweredAndSoIsWhatJoinsIt() throws Exception {
        Path bundle = Files.createDirectory(base.resolve("bundle"));
        Path rootfs = BusyboxRoot.in(bundle.resolve("rootfs"));
        String id = "test-" + ProcessHandle.current().pid() + "-notify";
        Spec spec = spec("mkdir /asked && echo pretended > /said; exec sleep 1000", true);
        Files.write(bundle.resolve("config.json"), Json.write(spec.withRoot(Root.of("rootfs"))));
        try (OciRuntime runtime = OciRuntime.open(base.resolve("state"))) {
            runtime.create(id, bundle, OciStreams.inherited());
            try (OciRuntime other = OciRuntime.open(base.resolve("state"))) {
                other.start(id);
                ContainerProcessState state = told();
                assertThat(state.state().status()).isEqualTo("creating");
                assertThat(state.pid()).isEqualTo(other.state(id).pid());
                assertThat(state.state().bundle()).isEqualTo(bundle.toString());
                Process process = spec.process().orElseThrow();
                ContainerExit exit = other.exec(
                        id,
                        process.withArgs(List.of("/bin/sh", "-c", "mkdir /asked && test ! -e /asked && exit 9")),
                        OciStreams.inherited());
                assertThat(exit.value()).isEqualTo(9);
                assertThat(told().state().status()).isEqualTo("running");
                assertThat(rootfs.resolve("said")).hasContent("pretended");
                long detached = other.execDetached(
                        id, process.withArgs(List.of("/bin/sh", "-c", "exec sleep 1000")), OciStreams.inherited());
                assertThat(told().pid()).isEqualTo(detached);
            } finally {
                runtime.delete(id, true);
            }
        } finally {
            containers.remove(bundle);
            containers.remove(base.resolve("state"));
        }
    }

    @Test
    void aFilterThatAsksNobodyIsRefused() {
        Seccomp rules =
                Json.read("{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}".getBytes(StandardCharsets.UTF_8), Seccomp.class);
        assertThatThrownBy(() -> containers.run(with(containers.spec("true"), rules, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listenerPath");
    }

    /** The filter is in force when there is a descriptor to be sent: its sending would wait for an answer for ever. */
    @Test
    void aFilterThatWouldAskAboutItsOwnHandingOverIsRefused() {
        Seccomp rules = rules("\"sendmsg\"", "");
        assertThatThrownBy(() -> containers.run(with(containers.spec("true"), rules, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sendmsg");
    }

    @Test
    void aListenerThatIsNotThereIsToldAndNothingIsStarted() {
        agent.close();
        assertThatThrownBy(() -> containers.run(spec("true", true)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("reach the seccomp listener")
                .hasMessageContaining("ECONNREFUSED");
    }

    /** The flag that keeps signals from ending a call that the agent has begun to answer. */
    @Test
    void flagsOfTheFilterAreTaken() throws Exception {
        Seccomp rules = rules(
                "\"mkdir\",\"mkdirat\"",
                "\"flags\":[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\",\"SECCOMP_FILTER_FLAG_LOG\","
                        + "\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"],");
        TestContainers.Result result = containers.run(with(containers.spec(ASKING), rules, true));
        assertThat(result.stdout()).as(result.stderr()).isEqualTo("pretended\n");
    }

    /** Nothing of the handing over is left open in the container. */
    @Test
    void theProcessHasNeitherTheDescriptorNorTheConnection() throws Exception {
        TestContainers.Result result = containers.run(spec("ls /proc/self/fd; echo", true));
        assertThat(result.lines()).containsSubsequence("0", "1", "2").doesNotContain("4", "5", "6", "7");
    }
}
