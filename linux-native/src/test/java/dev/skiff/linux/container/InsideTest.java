package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.ExecException;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a container looks like from inside, as programs that we did not write see it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class InsideTest {
    private static final String ELEVEN_CAPABILITIES = "00000000800405fb";
    private static final String NONE = "0000000000000000";

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-inside"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private Spec with(String script, UnaryOperator<Process> change) {
        Spec spec = containers.spec(script);
        return spec.withProcess(change.apply(spec.process().orElseThrow()));
    }

    @Test
    void hasPodmansElevenCapabilitiesAndNoneToInherit() throws Exception {
        Result status = containers.run("cat /proc/self/status");
        assertThat(status.value("CapEff")).isEqualTo(ELEVEN_CAPABILITIES);
        assertThat(status.value("CapPrm")).isEqualTo(ELEVEN_CAPABILITIES);
        assertThat(status.value("CapBnd")).isEqualTo(ELEVEN_CAPABILITIES);
        assertThat(status.value("CapInh")).isEqualTo(NONE);
        assertThat(status.value("CapAmb")).isEqualTo(NONE);
    }

    @Test
    void anOrdinaryUserHasNoCapabilityAtAll() throws Exception {
        Result status = containers.run(with("cat /proc/self/status", process -> process.withUser(User.of(1000, 1001))));
        assertThat(status.value("Uid")).isEqualTo("1000\t1000\t1000\t1000");
        assertThat(status.value("Gid")).isEqualTo("1001\t1001\t1001\t1001");
        assertThat(status.value("CapEff")).isEqualTo(NONE);
        assertThat(status.value("CapPrm")).isEqualTo(NONE);
    }

    /** CVE-2022-2989 and its kind: the groups of whoever runs the JVM must not come along. */
    @Test
    void isInNoGroupButItsOwnAndThoseAskedFor() throws Exception {
        assertThat(containers.run("id -G").stdout()).isEqualTo("0\n");
        User user = User.of(1000, 1001).withAdditionalGids(List.of(2000));
        assertThat(containers
                        .run(with("id -G", process -> process.withUser(user)))
                        .stdout())
                .isEqualTo("1001 2000\n");
    }

    /** CVE-2022-36109: without others of its own it is in the one, and in none of those that the JVM is in. */
    @Test
    void aUserWithoutOtherGroupsIsInItsOwnAlone() throws Exception {
        Result status = containers.run(with("cat /proc/self/status", process -> process.withUser(User.of(1000, 1001))));
        assertThat(status.value("Groups")).isEqualTo("1001");
    }

    @Test
    void seccompFiltersAndNewPrivilegesAreRefusedOnlyOnRequest() throws Exception {
        Result status = containers.run("cat /proc/self/status");
        assertThat(status.value("Seccomp")).isEqualTo("2");
        assertThat(status.value("NoNewPrivs")).isEqualTo("0");
        Result strict = containers.run(with("cat /proc/self/status", process -> process.withNoNewPrivileges(true)));
        assertThat(strict.value("NoNewPrivs")).isEqualTo("1");
        assertThat(strict.value("Seccomp")).isEqualTo("2");
    }

    @Test
    void isProcessOneAndSeesNoOther() throws Exception {
        assertThat(containers.run("echo $$; ls -d /proc/[0-9]* | wc -l").lines())
                .startsWith("1");
        assertThat(containers.run("echo /proc/[0-9]*").stdout()).isEqualTo("/proc/1\n");
    }

    @Test
    void hasALoopbackInterfaceAndNoOther() throws Exception {
        List<String> links = containers.run("ip -o link").lines();
        assertThat(links).hasSize(1);
        assertThat(links.get(0)).contains("lo:").contains("UP");
    }

    @Test
    void hasTheHostNameThatItWasGiven() throws Exception {
        assertThat(containers.run("hostname").stdout()).isEqualTo("box\n");
    }

    @Test
    void refusesWhatOnlyTheHostMayDo() throws Exception {
        for (String attempt : List.of(
                "unshare -m true",
                "unshare -U true",
                "mount -t tmpfs none /tmp",
                "umount /proc",
                "reboot -f",
                "echo 1 > /proc/sys/kernel/panic",
                "echo c > /proc/sysrq-trigger",
                "mknod /tmp/disk b 8 0",
                "hostname other")) {
            Result result = containers.run(attempt);
            assertThat(result.exit().value())
                    .as(attempt + ": " + result.stderr())
                    .isNotZero();
        }
    }

    @Test
    void theKernelsMemoryCannotBeRead() throws Exception {
        Result result = containers.run("head -c 16 /proc/kcore | wc -c; cat /proc/keys /proc/timer_list | wc -c");
        assertThat(result.lines()).containsExactly("0", "0");
    }

    /** GHSA-6fw5-f8r9-fgfm: what tells of the neighbours is covered. */
    @Test
    void maskedDirectoriesAreEmptyAndStaySo() throws Exception {
        Result result =
                containers.run("ls -A /sys/firmware | wc -l; touch /sys/firmware/x 2>/dev/null || echo refused");
        assertThat(result.lines()).containsExactly("0", "refused");
    }

    @Test
    void seesOnlyTheMountsThatItNeeds() throws Exception {
        List<String> points =
                containers.run("cut -d ' ' -f 5 /proc/self/mountinfo").lines();
        assertThat(points)
                .contains(
                        "/",
                        "/proc",
                        "/dev",
                        "/dev/pts",
                        "/dev/shm",
                        "/dev/mqueue",
                        "/sys",
                        "/sys/fs/cgroup",
                        "/proc/sys")
                .allMatch(point -> point.equals("/") || point.matches("/(proc|dev|sys)(/.*)?"));
    }

    /** CVE-2024-21626, SECURITY A3: a JVM's descriptors are not close-on-exec. */
    @Test
    void noDescriptorOfTheJvmOrTheLauncherIsOpen() throws Exception {
        try (var leaky = Files.newByteChannel(containers.root().resolve("etc/passwd"))) {
            assertThat(leaky.isOpen()).isTrue();
            assertThat(containers.run("ls /proc/1/fd; true").lines()).containsExactly("0", "1", "2");
        }
    }

    @Test
    void nothingOfTheHostsEnvironmentComesAlong() throws Exception {
        assertThat(containers
                        .run(with("env | sort", process -> process.withEnv(List.of("A=1"))))
                        .lines())
                .contains("A=1")
                .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("LANG=") || line.startsWith("USER="));
    }

    @Test
    void aForkBombEndsAtTheLimit() throws Exception {
        Assumptions.assumeTrue(
                containers.host.limitsProcesses(), "an ordinary user can limit processes only where that is delegated");
        Result result = containers.run("for i in $(seq 1 2100); do sleep 100 & done; echo done");
        assertThat(result.stderr()).contains("can't fork");
        assertThat(result.stdout()).doesNotContain("done");
    }

    @Test
    void itsCgroupIsTheRootOfAllThatItSees() throws Exception {
        assertThat(containers.run("cut -d : -f 3 /proc/self/cgroup | sort -u").stdout())
                .isEqualTo("/\n");
    }

    @Test
    void noCgroupIsLeftBehind() throws Exception {
        containers.run("true");
        try (var groups = Files.find(
                Path.of("/sys/fs/cgroup"),
                2,
                (path, facts) -> path.getFileName()
                        .toString()
                        .startsWith("skiff-test-" + ProcessHandle.current().pid() + "-"))) {
            assertThat(groups).isEmpty();
        }
    }

    @Test
    void theUmaskIsThatOfEveryContainer() throws Exception {
        assertThat(containers.run("umask").stdout()).isEqualTo("0022\n");
    }

    @Test
    void standardStreamsCanBeOpenedAgainByAnOrdinaryUser() throws Exception {
        Result result = containers.run(with(
                "echo out > /dev/stdout; echo err > /dev/stderr", process -> process.withUser(User.of(1000, 1001))));
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
    }

    @Test
    void aWorkingDirectoryThatIsMissingIsMadeInside() throws Exception {
        assertThat(containers
                        .run(with("pwd", process -> process.withCwd("/srv/a/b")))
                        .stdout())
                .isEqualTo("/srv/a/b\n");
        assertThat(containers.root().resolve("srv")).doesNotExist();
    }

    /** CVE-2024-21626: a descriptor of the host as working directory. */
    @Test
    void aWorkingDirectoryBehindADescriptorIsRefused() {
        for (int number = 0; number < 20; number++) {
            String cwd = "/proc/self/fd/" + number;
            assertThatThrownBy(() -> containers.run(with("pwd", process -> process.withCwd(cwd))))
                    .as(cwd)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining(cwd);
        }
    }

    /** CVE-2024-21626 by another way: the root of a process of the host, where those are to be seen. */
    @Test
    void aWorkingDirectoryInAnotherProcessesRootIsRefused() throws Exception {
        Assumptions.assumeTrue(
                containers.host.limitsProcesses(),
                "the host's processes are seen only where a control group holds ours");
        Spec spec = with(
                "pwd; ls",
                process -> process.withCwd("/proc/" + ProcessHandle.current().pid() + "/root"));
        Spec seeing = spec.withLinux(spec.linux()
                .orElseThrow()
                .withNamespaces(spec.linux().orElseThrow().namespaces().stream()
                        .filter(namespace -> namespace.type() != NamespaceType.PID)
                        .toList()));
        assertThatThrownBy(() -> containers.run(seeing))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("is inside the container");
    }

    /** CVE-2026-41579 and its kind. */
    @Test
    void anImageWhoseDevProcOrSysIsALinkIsRefused() throws Exception {
        for (String name : List.of("dev", "proc", "sys")) {
            Path link = containers.root().resolve(name);
            Files.delete(link);
            Files.createSymbolicLink(link, Path.of("/tmp"));
            assertThatThrownBy(() -> containers.run("true"))
                    .as(name)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("/" + name)
                    .hasMessageContaining("ELOOP");
            Files.delete(link);
            Files.createDirectory(link);
        }
    }

    /** CVE-2021-30465, CVE-2024-45310: a mount point that leads out through a link stays inside. */
    @Test
    void aMountPointThroughALinkStaysInside() throws Exception {
        Path outside = Files.createTempDirectory("skiff-outside");
        Path source = Files.createTempDirectory("skiff-source");
        Files.writeString(source.resolve("here"), "x");
        Files.createSymbolicLink(containers.root().resolve("escape"), outside);
        Files.createDirectories(containers.root().resolve(outside.toString().substring(1)));
        Spec spec = containers.spec("cat " + outside + "/deeper/here");
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(Mount.of("/escape/deeper", "bind", source.toString(), List.of("bind", "ro")));
        Result result = containers.run(spec.withMounts(mounts));
        assertThat(result.stdout()).isEqualTo("x");
        assertThat(outside).isEmptyDirectory();
        Files.delete(source.resolve("here"));
        Files.delete(source);
        Files.delete(outside);
    }

    @Test
    void nothingMayBeMountedBelowProc() {
        Spec spec = containers.spec("true");
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(Mount.of("/proc/self/attr", "bind", "/tmp", List.of("bind")));
        assertThatThrownBy(() -> containers.run(spec.withMounts(mounts)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/proc/self/attr");
    }

    @Test
    void aReadOnlyBindCannotBeWritten() throws Exception {
        Path source = Files.createTempDirectory("skiff-source");
        Spec spec = containers.spec("touch /data/x 2>/dev/null || echo refused");
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(Mount.of("/data", "bind", source.toString(), List.of("bind", "ro")));
        assertThat(containers.run(spec.withMounts(mounts)).stdout()).isEqualTo("refused\n");
        Files.delete(source);
    }

    @Test
    void aCommandThatIsNotThereSaysWhereItWasLookedFor() {
        assertThatThrownBy(() -> containers.run(with("", process -> process.withArgs(List.of("nod")))))
                .isInstanceOf(ExecException.class)
                .hasMessage(
                        "exec: \"nod\": not found in $PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Test
    void aCommandThatMayNotBeExecutedIsToldApartFromOneThatIsNotThere() throws Exception {
        Files.writeString(containers.root().resolve("bin/plain"), "#!/bin/sh\n");
        assertThatThrownBy(() -> containers.run(with("", process -> process.withArgs(List.of("plain")))))
                .isInstanceOf(ExecException.class)
                .extracting(thrown -> ((ExecException) thrown).errno())
                .isEqualTo("EACCES");
    }

    @Test
    void theHostsMountsAreAsTheyWere() throws Exception {
        String before = Files.readString(Path.of("/proc/self/mountinfo"));
        containers.run("true");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
    }

    @Test
    void aHundredAndTwentySevenLayersMount() throws Exception {
        Path layers = Files.createTempDirectory("skiff-layers");
        List<Path> lowers = new ArrayList<>(List.of(containers.root()));
        for (int i = 0; i < 126; i++) {
            Path layer = Files.createDirectory(layers.resolve("a-rather-long-name-for-a-layer-".repeat(2) + i));
            Files.writeString(layer.resolve("file" + i), "");
            lowers.add(layer);
        }
        var request = containers.request(containers.spec("ls /file* | wc -l"), List.of());
        var overlay = (RootFilesystem.Overlay) request.root();
        var deep = new ContainerRequest(
                "deep",
                request.spec(),
                new RootFilesystem.Overlay(lowers, overlay.upper(), overlay.work(), overlay.mountPoint()),
                request.directory(),
                List.of(),
                request.log(),
                false);
        try (var container = containers.host.start(deep)) {
            container.exited().join();
            assertThat(TestContainers.output(deep, "stdout")).isEqualTo("126\n");
        }
        containers.remove(layers);
    }
}
