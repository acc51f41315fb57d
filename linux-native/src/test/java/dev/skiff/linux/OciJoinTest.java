package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.libc.Identity;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Processes that join a container that runs. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciJoinTest extends OciFixture {
    @Test
    void aProcessJoinsARunningContainer() throws Exception {
        create("sleep 1000");
        Process process = defaults.process().orElseThrow();
        Process id =
                process.withUser(User.of(7, 8)).withArgs(List.of("/bin/sh", "-c", "exit $(( $(id -u) + $(id -g) ))"));
        runtime.start(ID);
        assertThat(runtime.exec(ID, id, OciStreams.inherited()).value()).isEqualTo(15);
        long pid = runtime.execDetached(
                ID,
                process.withArgs(List.of("/bin/sh", "-c", "echo $PPID > /detached; sleep 1000")),
                OciStreams.inherited());
        await(() -> Files.exists(bundle.resolve("rootfs/detached")));
        assertThat(Path.of("/proc/" + pid)).isDirectory();
        runtime.kill(ID, KILL, false);
        awaitStopped();
        await(() -> !Files.exists(Path.of("/proc/" + pid + "/exe"), LinkOption.NOFOLLOW_LINKS));
        assertThatThrownBy(() -> runtime.exec(ID, id, OciStreams.inherited()))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("stopped");
    }

    @Test
    @KernelTest(root = true)
    void aContainerIsJoinedBeforeItIsStarted() throws Exception {
        create("echo started > /started");
        Process process = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", "exit 6"));
        assertThat(runtime.exec(ID, process, OciStreams.inherited()).value()).isEqualTo(6);
        assertThat(status()).isEqualTo("created");
        runtime.start(ID);
        awaitStopped();
        assertThat(inRoot("started")).isEqualTo("started\n");
    }

    /** What joined could take hold of the process that waits there, which has all rights of the container's still. */
    @Test
    void anOrdinaryUsersContainerIsNotJoinedBeforeItIsStarted() throws Exception {
        Assumptions.assumeFalse(Identity.user() == 0, "root is running this");
        create("true");
        Process process = defaults.process().orElseThrow().withArgs(List.of("true"));
        assertThatThrownBy(() -> runtime.exec(ID, process, OciStreams.inherited()))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("start it first");
    }

    /** An ordinary user's container is in a user namespace that another JVM has made. */
    @Test
    void aProcessJoinsAContainerThatAnotherRuntimeMade() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        runtime.close();
        runtime = OciRuntime.open(base.resolve("state"));
        Process process = defaults.process()
                .orElseThrow()
                .withArgs(
                        List.of("/bin/sh", "-c", "readlink /proc/self/ns/user; ls /proc/1/root/bin/busybox && exit 9"));
        assertThat(runtime.exec(ID, process, OciStreams.inherited()).value()).isEqualTo(9);
        runtime.kill(ID, KILL, false);
        awaitStopped();
        runtime.delete(ID, false);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void theProcessIdOfAnExecIsToldBeforeItsEnd() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        Process process = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", "cat /go > /dev/null"));
        new ProcessBuilder("mkfifo", bundle.resolve("rootfs/go").toString())
                .start()
                .waitFor();
        AtomicLong told = new AtomicLong();
        runtime.exec(ID, process, OciStreams.inherited(), ExecOptions.standard(), begun -> {
            told.set(begun.pid());
            assertThat(Path.of("/proc/" + begun.pid())).isDirectory();
            write(bundle.resolve("rootfs/go")); // lets it end
        });
        assertThat(told.get()).isPositive();
    }

    @Test
    void anExecThatIsWaitedForGetsSignals() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        Process process = defaults.process().orElseThrow().withArgs(List.of("sleep", "1000"));
        ContainerExit exit = runtime.exec(
                ID, process, OciStreams.inherited(), ExecOptions.standard(), begun -> begun.signal(Signal.TERM));
        assertThat(exit).isEqualTo(ContainerExit.of(2, Signal.TERM.number()));
        assertThat(status()).isEqualTo("running");
    }

    @Test
    @KernelTest(root = true) // ordinary users have groups only where some are delegated to them
    void aProcessMayGoToAGroupBelowTheContainers() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        List<Path> own = new ArrayList<>();
        for (Membership.Place place : Membership.of(runtime.state(ID).pid())
                .beyond(Membership.of(ProcessHandle.current().pid()))) {
            own.add(place.path());
        }
        ExecOptions below = ExecOptions.standard().inGroup("below");
        Process process = defaults.process().orElseThrow().withArgs(List.of("true"));
        assertThatThrownBy(() -> runtime.execDetached(ID, process, OciStreams.inherited(), below))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/below");
        assertThatThrownBy(() -> ExecOptions.standard().inGroup("../../other"))
                .isInstanceOf(IllegalArgumentException.class);
        for (Path group : own) {
            if (Files.isDirectory(Files.createDirectory(group.resolve("below")))
                    && group.toString().contains("/cpuset/")) {
                for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                    Files.writeString(group.resolve("below").resolve(file), Files.readString(group.resolve(file)));
                }
            }
        }
        long pid = runtime.execDetached(ID, process.withArgs(List.of("sleep", "1000")), OciStreams.inherited(), below);
        assertThat(Membership.of(pid).groups().values())
                .containsAll(own.stream().map(group -> group.resolve("below")).toList());
    }

    @Test
    @KernelTest(root = true)
    void aPausedContainerIsJoinedOnlyWhenThatIsAskedFor() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        runtime.pause(ID, true);
        Process process = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", "exit 4"));
        assertThatThrownBy(() -> runtime.exec(ID, process, OciStreams.inherited()))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("paused");
        CompletableFuture<ContainerExit> waiting = CompletableFuture.supplyAsync(() -> runtime.exec(
                ID, process, OciStreams.inherited(), ExecOptions.standard().alsoWhenPaused(), begun -> {}));
        await(() -> waiting.isDone() || runtime.processes(ID).size() > 1);
        assertThat(waiting).isNotDone();
        runtime.pause(ID, false);
        assertThat(waiting.get().value()).isEqualTo(4);
    }

    private static void write(Path fifo) {
        try {
            Files.writeString(fifo, "go", StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
