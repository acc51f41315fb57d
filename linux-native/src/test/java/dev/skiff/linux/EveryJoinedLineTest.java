package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.container.HookProgram;
import dev.skiff.linux.container.JoiningProgram;
import dev.skiff.linux.container.UplinkProgram;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Identity;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.program.LineText;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of the programs of what helps a container, its hooks and its way out, every line fails once, or ends it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(300)
class EveryJoinedLineTest {
    private static final int SECONDS = 20;
    private static final Hook HOOK = Hook.of("/bin/true");

    private TestContainers containers;
    private LinuxContainer container;
    private Spec spec;
    private HostState before;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-lines"));
        spec = containers.spec("exec sleep 4304");
        container = containers.host.start(containers.request(spec, List.of()));
        long first = container.started().get(SECONDS, TimeUnit.SECONDS);
        while (!TestContainers.name(first).equals("sleep")) {
            Spin.once(); // the shell has not become it yet
        }
        run(HookProgram.outside(HOOK)).close(); // what is made once for this JVM
        awaitAlone();
        before = HostState.now();
    }

    @AfterEach
    void close() {
        container.close();
        containers.close();
    }

    private void awaitAlone() {
        while (HostState.supervisors().size() > 1) {
            Spin.once();
        }
    }

    private LinuxExec run(JoiningProgram program) {
        try (Descriptor first = Pidfd.open(container.started().join()).orElseThrow()) {
            return LinuxExec.begin(container.id(), containers.host.root()::fork, Optional.of(first), program);
        }
    }

    private void eachLine(Supplier<JoiningProgram> write) throws Exception {
        int all = write.get().program().size();
        int failed = 0;
        for (int bad : LineDrill.some(all).toArray()) {
            JoiningProgram failing = write.get();
            LineText line = failing.program().text(bad);
            failing.program().fail(bad, Errno.EIO);
            failed += failed(failing, line, bad) ? 1 : 0;
            JoiningProgram ending = write.get();
            ending.program().exit(bad);
            try (LinuxExec exec = run(ending)) {
                exec.exited().handle((exit, failure) -> exit).get(SECONDS, TimeUnit.SECONDS);
            }
            awaitAlone();
            assertThat(HostState.backAt(before)).as("line " + bad + ", " + line).isEqualTo(before);
            assertThat(container.exited()).isNotDone();
        }
        assertThat(failed).as("lines that are needed, of " + all).isGreaterThan(LineDrill.ALL ? all / 2 : -1);
    }

    private boolean failed(JoiningProgram program, LineText line, int number) throws Exception {
        try (LinuxExec exec = run(program)) {
            exec.started().get(SECONDS, TimeUnit.SECONDS);
            return false;
        } catch (ExecutionException e) {
            LineDrill.assertTold(e.getCause(), line, number);
            return true;
        }
    }

    @Test
    void aHookOutsideOfTheContainer() throws Exception {
        eachLine(() -> HookProgram.outside(HOOK));
    }

    @Test
    void aHookOfTheHostInItsNamespaces() throws Exception {
        eachLine(() -> HookProgram.inside(HOOK, spec.linux().orElseThrow(), false));
    }

    @Test
    void aHookOfTheImage() throws Exception {
        eachLine(() -> HookProgram.confined(HOOK, spec, container.started().join(), containers.host.facts(), false));
    }

    @Test
    void aWayOut() throws Exception {
        Uplink uplink = new Uplink(Uplink.Kind.PASTA, Path.of("/bin/true"), false, true);
        eachLine(() -> new UplinkProgram(uplink, Identity.user() == 0));
    }
}
