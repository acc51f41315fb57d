package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.LineText;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.runtime.StateDirectory;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of the program that creates a container, which is that of its start from the gate on, every line fails once, or ends it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(300)
class EveryOciLineTest extends OciFixture {
    private static final int SECONDS = 20;

    private LinuxHost host;

    @BeforeEach
    void openHost() throws Exception {
        host = LinuxHost.open();
        Hooks hooks = Hooks.none().withStartContainer(List.of(Hook.of("/bin/true")));
        write(defaults.withProcess(
                        defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", "exec sleep 4303")))
                .withHooks(hooks));
        createAndStart(program -> {}); // what is made once for this JVM
        runtime.delete(ID, true);
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    /** As {@link OciRuntime#create} and {@link OciRuntime#start}, with a program that was tampered with. */
    private void createAndStart(Consumer<Program> tamper) {
        OciBundle read = OciBundle.read(bundle);
        StateDirectory directory = StateDirectory.of(base.resolve("state"), ID);
        assertThat(directory.make()).isTrue();
        ContainerRequest request = new ContainerRequest(
                ID, read.spec(), read.root(), directory.path(), List.of(), LogLimits.DEFAULT, false);
        try (OciCreation creation = new OciCreation(host, request, bundle.toString(), 0, CreateOptions.standard())) {
            tamper.accept(creation.program().program());
            OciStreams.inherited().with(streams -> {
                creation.create(streams, created -> directory.save(read.spec(), created));
                return streams;
            });
        } catch (RuntimeException | Error e) {
            directory.remove();
            throw e;
        }
        runtime.start(ID);
    }

    private Optional<RuntimeException> failureOf(Consumer<Program> tamper) {
        try {
            createAndStart(tamper);
            return Optional.empty();
        } catch (SyscallException | ExecException | ContainerStateException | HookException e) {
            return Optional.of(e);
        } finally {
            runtime.delete(ID, true);
        }
    }

    private int lines() {
        int[] size = new int[1];
        assertThat(failureOf(program -> size[0] = program.size())).isEmpty();
        return size[0];
    }

    @Test
    void aLineThatFailsIsNamedAndLeavesNothing() throws Exception {
        int all = lines();
        HostState before = HostState.quiet();
        int failed = 0;
        for (int bad : LineDrill.some(all).toArray()) {
            LineText[] text = new LineText[1];
            Optional<RuntimeException> failure = failureOf(program -> {
                text[0] = program.text(bad);
                program.fail(bad, Errno.EIO);
            });
            failure.filter(told -> !hadNobodyToTell(told)).ifPresent(told -> LineDrill.assertTold(told, text[0], bad));
            failed += failure.isPresent() ? 1 : 0;
            LineDrill.assertIsAgain(before, "line " + bad + ", " + text[0]);
        }
        assertThat(failed).as("lines that are needed, of " + all).isGreaterThan(LineDrill.ALL ? all / 2 : -1);
        assertThat(TestContainers.processes("sleep 4303")).isEmpty();
    }

    /**
     * One that waits to be started, and whose creator is gone, is told of by those who come to start it: too late, or just so; and one
     * that does not wait for its hook, by that.
     */
    private static boolean hadNobodyToTell(RuntimeException failure) {
        return failure instanceof ContainerStateException
                || failure instanceof HookException
                || (failure instanceof SyscallException refused
                        && refused.call().equals("connect")
                        && refused.errno().equals("ECONNREFUSED"));
    }

    @Test
    void oneThatEndsAtAnyLineLeavesNothing() throws Exception {
        int all = lines();
        HostState before = HostState.quiet();
        List<Long> launchers = launchers();
        for (int bad : LineDrill.some(all).toArray()) {
            failureOf(program -> program.exit(bad));
            LineDrill.assertIsAgain(before, "line " + bad);
            assertAreAgain(launchers, "line " + bad);
        }
        assertThat(TestContainers.processes("sleep 4303")).isEmpty();
    }

    /** All of this JVM's, those among them that are nobody's child any more. */
    private static List<Long> launchers() {
        return TestContainers.processes("skiff jvm=" + ProcessHandle.current().pid() + ",");
    }

    private static void assertAreAgain(List<Long> launchers, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!launchers().equals(launchers)) {
            assertThat(System.nanoTime()).as("%s leaves %s", what, launchers()).isLessThan(deadline);
            Spin.once();
        }
    }
}
