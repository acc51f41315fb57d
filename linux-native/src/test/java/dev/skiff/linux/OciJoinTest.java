package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Signal;
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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
        assertThatThrownBy(() -> runtime.exec(ID, id, OciStreams.inherited())).hasMessageContaining("created");
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
        runtime.exec(ID, process, OciStreams.inherited(), begun -> {
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
        ContainerExit exit = runtime.exec(ID, process, OciStreams.inherited(), begun -> begun.signal(Signal.TERM));
        assertThat(exit).isEqualTo(ContainerExit.of(2, Signal.TERM.number()));
        assertThat(status()).isEqualTo("running");
    }

    private static void write(Path fifo) {
        try {
            Files.writeString(fifo, "go", StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
