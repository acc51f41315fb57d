package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ENOMEM by a limit: a start fails and says where, or does what it should; nobody waits for ever, and nothing is left. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, MemoryShortageTest.PRLIMIT})
@Timeout(120)
class MemoryShortageTest {
    static final String PRLIMIT = "/usr/bin/prlimit";
    private static final int SECONDS = 30;
    private static final int LESS_THAN_A_PROGRAM = 1 << 16; // in bytes

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-shortage"));
        containers.run("true");
    }

    @AfterEach
    void close() {
        containers.close();
    }

    @Test
    void aLauncherThatMayMapNoMoreSaysThatAndGoesOnWhenItMay() throws Exception {
        HostState before = HostState.quiet();
        limitLauncher(Integer.toString(LESS_THAN_A_PROGRAM));
        assertThatThrownBy(() -> containers.run("true"))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("ENOMEM")
                .hasMessageContaining("ulimit -v");
        assertThat(HostState.quiet()).isEqualTo(before);
        limitLauncher("unlimited");
        assertThat(containers.run("true").exit().value()).isZero();
    }

    private static long launcher() {
        return HostState.rootAgents().get(0).pid();
    }

    /** The soft limit alone, which can be raised again. */
    private static void limitLauncher(String bytes) throws Exception {
        Process limiting = new ProcessBuilder(PRLIMIT, "--pid", Long.toString(launcher()), "--as=" + bytes + ":")
                .inheritIO()
                .start();
        assertThat(limiting.waitFor()).as("%s of the launcher", PRLIMIT).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 32, 64, 128, 256, 384, 512, 1024})
    void aContainerWithHardlyAnyMemoryRunsOrEndsAndSaysWhy(int kibibytes) throws Exception {
        assumeTrue(containers.host.controllers().contains("memory"), "memory cannot be limited here");
        HostState before = HostState.quiet();
        Spec spec = containers.spec("true");
        Linux linux = spec.linux().orElseThrow();
        long bytes = kibibytes * 1024L;
        Resources resources = linux.resources().orElseGet(Resources::none);
        Spec limited = spec.withLinux(linux.withResources(
                resources.withMemory(Memory.none().withLimit(bytes).withSwap(bytes))));
        Throwable failure = catchThrowable(() -> startAndEnd(limited));
        if (failure != null) {
            assertThat(failure.getMessage()).containsAnyOf("memory", "ENOMEM");
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    private void startAndEnd(Spec spec) throws Throwable {
        try (LinuxContainer container = containers.host.start(containers.request(spec, List.of()))) {
            container.started().get(SECONDS, TimeUnit.SECONDS);
            ContainerExit exit = container.exited().get(SECONDS, TimeUnit.SECONDS);
            assertThat(exit.outOfMemory() || exit.value() == 0).as("%s", exit).isTrue();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
