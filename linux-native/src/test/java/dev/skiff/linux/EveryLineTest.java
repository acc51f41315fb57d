package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.container.ExecProgram;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.launcher.HeldProcess;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.program.LineText;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.RuntimesMounts;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Of the programs that start a container, and that have a process join one, every line fails once, and at every line the process
 * ends once without a word; in a build it is one in ten, drawn by lot.
 */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(300)
class EveryLineTest {
    private static final int SECONDS = 20;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-lines"));
        containers.run("true");
    }

    @AfterEach
    void close() {
        containers.close();
    }

    /** Whose namespaces a container is in. */
    enum Kind {
        STANDARD,
        OWN_USERS,
        RUNTIMES_MOUNTS
    }

    private Spec spec(Kind kind) {
        Spec spec = containers.spec("exec sleep 4301");
        if (kind == Kind.RUNTIMES_MOUNTS) {
            Assumptions.assumeFalse(containers.host.rootless(), "in a user namespace they are of no use");
            return RuntimesMounts.inherited(spec);
        }
        if (kind == Kind.STANDARD) {
            return spec;
        }
        Linux linux = spec.linux().orElseThrow();
        List<Namespace> namespaces = new ArrayList<>(linux.namespaces());
        namespaces.add(Namespace.of(NamespaceType.USER));
        return spec.withLinux(linux.withNamespaces(namespaces)
                .withUidMappings(List.of(IdMapping.of(0, 1000, 1000)))
                .withGidMappings(List.of(IdMapping.of(0, 1000, 1000))));
    }

    /** As {@link LinuxHost#start}, with a program that was tampered with. */
    private LinuxContainer start(Kind kind, Consumer<Program> tamper) throws Exception {
        LinuxHost host = containers.host;
        ContainerRequest request = containers.request(spec(kind), List.of());
        ContainerPreparation preparation = new ContainerPreparation(
                host,
                request,
                SupervisorProgram.stagesOf(request),
                request.directory().toString());
        SupervisorProgram program = SupervisorProgram.of(request, host.facts(), List.of(), preparation.written());
        tamper.accept(program.program());
        ContainerGroups groups = ContainerGroups.toBeMade(program.groups());
        List<ControlSocket> pair = ControlSocket.pair();
        HeldProcess supervisor = host.root().fork(pair.get(0), pair.get(1));
        List<Descriptor> descriptors = preparation.descriptors();
        host.send(program.program(), program.groups(), descriptors, pair.get(0));
        LinuxContainer container =
                new LinuxContainer(request, List.of(), program, preparation, pair.get(0), supervisor, groups, host);
        container.listen();
        return container;
    }

    private int lines(Kind kind) throws Exception {
        int[] size = new int[1];
        try (LinuxContainer container = start(kind, program -> size[0] = program.size())) {
            container.started().get(SECONDS, TimeUnit.SECONDS); // so that nothing is on its way any more
        }
        return size[0];
    }

    @ParameterizedTest
    @EnumSource
    void aStartWhoseLineFailsNamesItAndLeavesNothing(Kind kind) throws Exception {
        int all = lines(kind);
        HostState before = HostState.quiet();
        int failed = 0;
        for (int bad : LineDrill.some(all).toArray()) {
            LineText[] text = new LineText[1];
            try (LinuxContainer container = start(kind, program -> {
                text[0] = program.text(bad);
                program.fail(bad, Errno.EIO);
            })) {
                failed += assertToldOrStarted(container.started(), text[0], bad) ? 1 : 0;
            }
            LineDrill.assertIsAgain(before, "line " + bad + ", " + text[0]);
        }
        assertThat(failed).as("lines that are needed, of " + all).isGreaterThan(LineDrill.ALL ? all / 2 : -1);
        assertThat(TestContainers.processes("sleep 4301")).isEmpty();
    }

    /** Whether it failed; a line may be one that is never come to, or may fail. */
    private static boolean assertToldOrStarted(CompletableFuture<Long> started, LineText line, int number)
            throws Exception {
        try {
            started.get(SECONDS, TimeUnit.SECONDS);
            return false;
        } catch (TimeoutException e) {
            throw new AssertionError("line " + number + ", " + line + ", holds the start up", e);
        } catch (ExecutionException e) {
            LineDrill.assertTold(e.getCause(), line, number);
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStartThatEndsAtAnyLineLeavesNothing(Kind kind) throws Exception {
        int all = lines(kind);
        HostState before = HostState.quiet();
        for (int bad : LineDrill.some(all).toArray()) {
            try (LinuxContainer container = start(kind, program -> program.exit(bad))) {
                awaitDone(container.started());
            }
            LineDrill.assertIsAgain(before, "line " + bad);
        }
        assertThat(TestContainers.processes("sleep 4301")).isEmpty();
    }

    private static void awaitDone(CompletableFuture<?> future) throws Exception {
        try {
            future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOfAny(SyscallException.class, ExecException.class);
        }
    }

    // ---- processes that join

    private LinuxExec join(LinuxContainer container, Spec spec, Consumer<Program> tamper) {
        Membership groups = Membership.of(container.started().join());
        ExecProgram program = ExecProgram.of(
                spec,
                container.started().join(),
                Process.of(List.of("/bin/sleep", "4302")).withEnv(List.of()).withCwd("/"),
                groups.beyond(Membership.of(containers.host.launcher())),
                containers.host.facts(),
                ExecProgram.Kind.PIPED,
                false,
                0,
                true);
        tamper.accept(program.program());
        return container.join(program);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN_USERS")
    void aJoinWhoseLineFailsNamesItAndTheContainerGoesOn(Kind kind) throws Exception {
        eachLineOfAJoin(kind, true);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN_USERS")
    void aJoinThatEndsAtAnyLineLeavesNothingAndTheContainerGoesOn(Kind kind) throws Exception {
        eachLineOfAJoin(kind, false);
    }

    private void eachLineOfAJoin(Kind kind, boolean fails) throws Exception {
        Spec spec = spec(kind);
        try (LinuxContainer container = start(kind, program -> {})) {
            long first = container.started().get(SECONDS, TimeUnit.SECONDS);
            while (!TestContainers.name(first).equals("sleep")) {
                Spin.once(); // the shell has not become it yet
            }
            HostState before = HostState.now();
            int[] all = new int[1];
            join(container, spec, program -> all[0] = program.size()).close();
            int failed = 0;
            for (int bad : LineDrill.some(all[0]).toArray()) {
                LineText[] text = new LineText[1];
                try (LinuxExec exec = join(container, spec, program -> {
                    text[0] = program.text(bad);
                    if (fails) {
                        program.fail(bad, Errno.EIO);
                    } else {
                        program.exit(bad);
                    }
                })) {
                    if (fails) {
                        failed += assertToldOrStarted(exec.started(), text[0], bad) ? 1 : 0;
                    } else {
                        awaitDone(exec.started());
                    }
                }
                assertThat(container.exited()).as("line " + bad).isNotDone();
            }
            assertThat(failed).isGreaterThan(fails && LineDrill.ALL ? all[0] / 2 : -1);
            assertThat(TestContainers.processes("sleep 4302")).isEmpty();
            assertThat(HostState.backAt(before)).isEqualTo(before);
        }
    }
}
