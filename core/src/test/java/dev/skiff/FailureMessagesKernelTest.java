package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people get wrong, and whether they are told what was being done, to what, what came back, and what to try. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(60)
class FailureMessagesKernelTest {
    private Path home;
    private Skiff skiff;
    private Run busybox;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        busybox = skiff.containers().run(TestImages.busybox(skiff)).command("sleep", "100");
    }

    @AfterEach
    void close() {
        skiff.close();
        TestDirectories.remove(home);
    }

    private static void told(ThrowingCallable attempt, String... words) {
        assertThatThrownBy(attempt)
                .isInstanceOf(SkiffException.class)
                .hasMessageStartingWith("container busybox (")
                .hasMessageContainingAll(words);
    }

    @Test
    void aMountWhoseSourceIsNotThere() {
        told(
                () -> busybox.mount(Path.of("/no/such/place"), "/data").start(),
                "mount /no/such/place:/data",
                "this host has no /no/such/place",
                "make it first");
    }

    @Test
    void aFileOnADirectoryAndADirectoryOnAFile() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        told(
                () -> busybox.mount(file, "/tmp").start(),
                "mount " + file + " on /tmp",
                "move_mount(",
                "a directory can be mounted on a directory, and a file on a file");
        told(
                () -> busybox.mount(home, "/etc/passwd").start(),
                "mount " + home + " on /etc/passwd",
                "ENOTDIR",
                "a directory can be mounted on a directory, and a file on a file");
    }

    @Test
    void aMountBelowProc() {
        told(() -> busybox.mount(home, "/proc/sys").start(), "mount /proc/sys", "nothing may be mounted below /proc");
    }

    @Test
    void aUserOrAGroupThatTheImageDoesNotKnow() {
        told(
                () -> busybox.user("nosuch").start(),
                "no user \"nosuch\" in the image's /etc/passwd",
                "name one of them, or a number");
        told(
                () -> busybox.user("0:nosuch").start(),
                "no group \"nosuch\" in the image's /etc/group",
                "name one of them, or a number");
    }

    @Test
    void aUserThatIsNotMapped() throws IOException {
        assumeTrue(Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295"), "ids are few here already");
        assumeTrue(!System.getProperty("user.name").equals("root"), "root has all ids");
        told(() -> busybox.user("2000000000").start(), "2000000000", "EINVAL", "/etc/subuid");
    }

    @Test
    void aProgramThatIsNotThereOrIsNone() {
        told(() -> busybox.command("nosuch").start(), "exec: \"nosuch\": not found in $PATH /usr/local/sbin:");
        told(() -> busybox.command("/opt/nosuch").start(), "exec: \"/opt/nosuch\": no such file", "interpreter");
        told(
                () -> busybox.command("/etc/passwd").start(),
                "exec: \"/etc/passwd\": permission denied",
                "not executable");
    }

    @Test
    void aPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            told(
                    () -> busybox.publish(taken.getLocalPort(), 80).start(),
                    "publish 127.0.0.1:" + taken.getLocalPort(),
                    "something else listens there",
                    "name another port");
        }
    }

    @Test
    void aDeviceThatIsNotThereOrIsNone() {
        told(() -> busybox.device(Path.of("/dev/nosuch")).start(), "device /dev/nosuch", "this host does not have it");
        told(() -> busybox.device(Path.of("/etc/passwd")).start(), "device /etc/passwd", "this is no device");
    }

    @Test
    void aProfileThatIsNotJsonOrHasAWordWrong() throws IOException {
        Path cut = Files.writeString(home.resolve("cut.json"), "{\"defaultAction\": \"SCMP_ACT_ALLOW\", ");
        told(() -> busybox.seccomp(cut).start(), "the seccomp profile " + cut, "not JSON", "line 1, column");
        Path wrong = Files.writeString(home.resolve("wrong.json"), "{\"defaultAction\": \"SCMP_ACT_NONE\"}");
        told(
                () -> busybox.seccomp(wrong).start(),
                "the seccomp profile " + wrong,
                "$.defaultAction",
                "expected one of SCMP_ACT_KILL");
        told(() -> busybox.seccomp(home).start(), "read the seccomp profile " + home, "Is a directory");
    }

    /** The filter is in force before the container has begun: what it forbids, the start of the container cannot do. */
    @Test
    void aProfileThatForbidsTheStartItself() throws IOException {
        Path all = Files.writeString(home.resolve("all.json"), "{\"defaultAction\": \"SCMP_ACT_ERRNO\"}");
        told(
                () -> busybox.seccomp(all).start(),
                "ended before it had started",
                "its seccomp filter has to allow",
                "execve");
        Path kill = Files.writeString(home.resolve("kill.json"), "{\"defaultAction\": \"SCMP_ACT_KILL_PROCESS\"}");
        told(() -> busybox.seccomp(kill).start(), "ended before it had started", "its seccomp filter has to allow");
        Path some = Files.writeString(
                home.resolve("some.json"),
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"prctl\"], \"action\":"
                        + " \"SCMP_ACT_ERRNO\"}]}");
        told(
                () -> busybox.seccomp(some).start(),
                "drop capabilities for good: prctl(PR_CAPBSET_DROP",
                "a filter of system calls that is in force already has to allow prctl");
    }

    @Test
    void processorsThatThisHostDoesNotHave() {
        told(
                () -> busybox.limits(Limits.none().cpuset("8000")).start(),
                "cpuset"); // that there is no controller for it, or that the controller does not take it
    }

    @Test
    void aLimitThatIsChangedWithoutEverHavingBeenSet() {
        try (Container container = busybox.start()) {
            assumeTrue(
                    skiff.diagnose().checks().stream()
                            .anyMatch(check -> check.feature().equals("limits")
                                    && check.result() == HostCheck.Result.GOOD
                                    && check.found().contains("cpuset")),
                    "processors cannot be chosen for a container here");
            assertThatThrownBy(() -> container.update(Limits.none().cpuset("0")))
                    .isInstanceOf(SkiffException.class)
                    .hasMessageContaining("update container busybox")
                    .hasMessageContaining("no control group with the cpuset controller")
                    .hasMessageContaining("when it is started");
        }
    }

    @Test
    void aVolumeThatIsGone() {
        Volume gone = skiff.volumes().create("gone");
        gone.remove();
        assertThatThrownBy(() -> busybox.mount(gone, "/data").start())
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("there is no volume gone any more")
                .hasMessageContaining("create it again");
    }

    @Test
    void aDirectoryThatIsAFile() {
        told(
                () -> busybox.workdir("/etc/passwd").start(),
                "enter the working directory /etc/passwd",
                "chdir(\"/etc/passwd\"): ENOTDIR");
    }

    @Test
    void namespacesOfAContainerThatIsGone() {
        Container first = busybox.start();
        first.close();
        told(() -> busybox.pid(Sharing.with(first)).start(), first.id(), "PID namespace", "does not run");
        told(() -> busybox.network(Sharing.with(first)).start(), first.id(), "NETWORK namespace", "does not run");
    }

    @Test
    void aPortOfANetworkThatIsNotItsOwn() {
        told(
                () -> busybox.network(Sharing.host()).publish(80).start(),
                "uses the network of host",
                "no ports of its own to publish");
    }

    @Test
    void anExecInAContainerThatHasEnded() {
        try (Container container = busybox.start()) {
            container.stop(Duration.ZERO);
            assertThatThrownBy(() -> container.exec("true").await())
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("exec true in container busybox (")
                    .hasMessageContaining("it was ended by signal 9");
        }
    }

    @Test
    void numbersThatCannotBe() {
        assertThatThrownBy(() -> Limits.none().memory(-5)).hasMessage("memory must be at least 524288 bytes, got -5");
        assertThatThrownBy(() -> Limits.none().cpus(-1)).hasMessage("cpus must be at least 0.01, got -1.0");
        assertThatThrownBy(() -> Limits.none().processes(-7))
                .hasMessage("processes must be 1 or more, or Limits.UNLIMITED, got -7");
        assertThat(Limits.none().processes(Limits.UNLIMITED)).hasToString("processes=unlimited");
    }
}
