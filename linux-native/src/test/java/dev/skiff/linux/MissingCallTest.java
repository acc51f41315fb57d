package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.SyscallSince;
import dev.skiff.linux.container.Preparation;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.seccomp.SeccompFilter;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A kernel without a call that a container is made with, or a filter around this JVM that does not know it: as a filter around the
 * launcher that answers ENOSYS. Skiff's own compiler makes it.
 */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class MissingCallTest {
    private static final int SECONDS = 20;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;

    /** The launcher itself cannot say anything without these, nor end. */
    private static final Set<String> NEEDED_TO_SPEAK = Set.of(
            "close",
            "dup3",
            "exit_group",
            "openat",
            "pipe2",
            "prctl",
            "read",
            "recvfrom",
            "rt_sigaction",
            "setsid",
            "sendmsg",
            "write");

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-missing"));
        containers.run("true");
    }

    @AfterEach
    void close() {
        containers.close();
    }

    /** The calls that a container of this host is made with. */
    private Set<String> calls() throws Exception {
        Program program = SupervisorProgram.of(request("true"), containers.host.facts(), List.of(), Preparation.none())
                .program();
        Set<String> calls = new TreeSet<>();
        String text = program.explain();
        for (int line = 0; line < program.size(); line++) {
            calls.add(program.text(line).call());
        }
        calls.removeAll(NEEDED_TO_SPEAK);
        calls.removeAll(Set.of("expect", "go to", "load", "store", "supervise", "report to", "end"));
        assertThat(calls).as(text).contains("clone3", "openat2", "close_range", "fsopen", "mount_setattr", "seccomp");
        return calls;
    }

    private ContainerRequest request(String script) throws Exception {
        return containers.request(containers.spec(script), List.of());
    }

    private static void hide(RootAgent root, String call) {
        SeccompFilter filter = SeccompFilter.compile(Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)
                .withSyscalls(List.of(SeccompSyscall.of(List.of(call), SeccompAction.SCMP_ACT_ERRNO)
                        .withErrnoRet(Errno.ENOSYS.number()))));
        byte[] instructions = filter.program();
        Program program = new Program();
        program.purpose("hide " + call);
        program.call(
                "prctl",
                Arg.named("PR_SET_NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS),
                Arg.of(1),
                Arg.of(0),
                Arg.of(0),
                Arg.of(0));
        Arg.Address code = program.bytes(instructions, "filter");
        Arg.Address argument = program.words("{filter}", instructions.length / 8, code.value());
        program.call("seccomp", Arg.of(SECCOMP_SET_MODE_FILTER), Arg.of(0), argument);
        root.run(program);
    }

    /** What comes of a start on a host without that call. */
    private Throwable start(String call) throws Exception {
        try (LinuxHost host = LinuxHost.open()) {
            try {
                hide(host.root(), call);
                host.root().ready(true); // which it had been: now it forks again
            } catch (SyscallException e) {
                return e;
            }
            try (LinuxContainer container = host.start(request("exit 0"))) {
                container.started().get(SECONDS, TimeUnit.SECONDS);
                return null;
            } catch (TimeoutException e) {
                throw new AssertionError("without " + call + " a start neither works nor fails", e);
            } catch (ExecutionException e) {
                return e.getCause();
            } catch (SyscallException e) {
                return e;
            }
        }
    }

    @Test
    void aCallThatTheKernelLacksIsNamedWithTheKernelThatHasItAndNothingIsWeakerInSilence() throws Exception {
        HostState before = HostState.quiet();
        Set<String> without = new TreeSet<>();
        for (String call : calls()) {
            Throwable failure = start(call);
            assertThat(HostState.quiet()).as("without " + call).isEqualTo(before);
            if (failure == null) {
                without.add(call);
                continue;
            }
            Throwable told = failure instanceof ExecException exec ? exec.getCause() : failure;
            assertThat(told).as("without " + call).isInstanceOf(SyscallException.class);
            assertThat(((SyscallException) told).call()).isEqualTo(call);
            assertThat(told).hasMessageContaining("does not have " + call).hasMessageContaining("seccomp filter");
            SyscallSince.kernel(call)
                    .ifPresent(first -> assertThat(told).hasMessageContaining("came with Linux " + first));
        }
        // without keyrings there are none to hide; the others clean up, or do what was not come to
        assertThat(without).isSubsetOf("keyctl", "unlinkat", "mkdirat", "readlinkat", "personality");
    }

    @Test
    void whatTheLauncherNeedsToKillAndToCloseIsMissedWhenTheHostIsOpened() throws Exception {
        for (String call : List.of("close_range", "pidfd_send_signal", "pidfd_open")) {
            try (RootAgent root = RootAgent.spawn()) {
                hide(root, call);
                assertThat(catchThrowable(() -> root.ready(true)))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("does not have " + call);
            }
        }
    }
}
