package dev.skiff.linux.container;

import static dev.skiff.linux.testing.Probe.call;
import static dev.skiff.linux.testing.Probe.i386;
import static dev.skiff.linux.testing.Probe.print;
import static dev.skiff.linux.testing.Probe.x32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.PublishedPort;
import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attacks from inside that have freed containers of other engines, made with system calls and not with a shell's politeness. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class EscapeTest {
    private static final int AT_FDCWD = -100;
    private static final int CLONE_NEWUSER = 0x10000000;
    private static final int CLONE_NEWCGROUP = 0x2000000;
    private static final int SIGCHLD = 17;
    private static final int AF_ALG = 38;
    private static final int AF_VSOCK = 40;
    private static final int SOCK_STREAM = 1;
    private static final int TIOCSTI = 0x5412;

    private static final String EPERM = "-" + Errno.EPERM.number();
    private static final String ENOSYS = "-" + Errno.ENOSYS.number();
    private static final String EROFS = "-" + Errno.EROFS.number();
    private static final String ENXIO = "-" + Errno.ENXIO.number();

    private TestContainers containers;
    private Probe probe;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-escape"));
        probe = new Probe(containers);
    }

    @AfterEach
    void close() {
        containers.close();
    }

    /** CVE-2019-5736: what runs in the container is the image's, and nothing of what started it can be opened. */
    @Test
    void theLauncherIsNowhereToBeSeen() throws Exception {
        assertThat(containers
                        .run("readlink /proc/1/exe; readlink /proc/self/exe; grep -c skiff /proc/*/maps /proc/*/comm")
                        .stdout())
                .startsWith("/bin/busybox\n/bin/busybox\n")
                .contains("/proc/1/maps:0\n")
                .contains("/proc/1/comm:0\n");
    }

    /** CVE-2019-5736, as it was done: an interpreter that is {@code /proc/self/exe} runs the launcher once more. */
    @Test
    void anImageThatHasTheLauncherRunItselfGetsNothingFromIt() throws Exception {
        Path script = Files.writeString(containers.root().resolve("bin/again"), "#!/proc/self/exe\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Spec spec = containers.spec("");
        containers.run(spec.withProcess(spec.process().orElseThrow().withArgs(List.of("/bin/again"))));
        assertThat(containers.run("echo unharmed").stdout()).isEqualTo("unharmed\n");
    }

    /** CVE-2019-5736, CVE-2024-21626: what is executed is in memory, and sealed: nobody can write there, not even root. */
    @Test
    void theLauncherIsSealed() throws Exception {
        assumeTrue(!containers.host.rootless(), "an ordinary user may not even look at it");
        int getSeals = 1034;
        int everySeal = 0x1 | 0x2 | 0x4 | 0x8;
        String launcher = "/proc/" + ours().get(0).pid() + "/exe";
        assertThat(Files.readSymbolicLink(Path.of(launcher)).toString()).startsWith("/memfd:skiff");
        List<String> command = new ArrayList<>(
                Probe.command(call("openat", AT_FDCWD, "s:" + launcher, 0), call("fcntl", "=0", getSeals)));
        command.set(0, containers.root().resolve(Probe.PATH.substring(1)).toString());
        Process here = new ProcessBuilder(command).start();
        List<String> seen = new String(here.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(Integer.parseInt(seen.get(1)) & everySeal).isEqualTo(everySeal);
    }

    private static List<ProcessHandle> ours() {
        return ProcessHandle.current()
                .children()
                .flatMap(child -> Stream.concat(Stream.of(child), child.children()))
                .filter(process -> TestContainers.name(process.pid()).equals("skiff"))
                .toList();
    }

    /** CVE-2016-9962: who runs as the same user on the host may not read or steer what has the rights of many ids. */
    @Test
    void theSupervisorAndTheRootAgentCannotBeReadByTheirOwnUser() throws Exception {
        assumeTrue(containers.host.rootless(), "root may read all processes");
        try (LinuxContainer container =
                containers.host.start(containers.request(containers.spec("sleep 100"), List.of()))) {
            container.started().get(30, TimeUnit.SECONDS);
            LinuxExec joined =
                    container.exec(containers.spec("").process().orElseThrow().withArgs(List.of("/bin/sleep", "100")));
            joined.started().get(30, TimeUnit.SECONDS);
            List<ProcessHandle> ours = ours();
            assertThat(ours)
                    .as("root agent, and supervisors of the container and of what joined it")
                    .hasSizeGreaterThanOrEqualTo(3);
            for (ProcessHandle process : ours) {
                assertThatThrownBy(() ->
                                FileChannel.open(Path.of("/proc/" + process.pid() + "/mem"), StandardOpenOption.READ))
                        .as("process " + process.pid())
                        .isInstanceOf(AccessDeniedException.class);
            }
            joined.close();
        }
    }

    /** chroot(2) out of a chroot, with the capability that it takes: there is nothing outside, for the root was pivoted. */
    @Test
    void chrootLeadsNowhere() throws Exception {
        probe.assertNoWayOutOfAChroot(containers.spec(""));
    }

    /** CVE-2023-25809: without a view of its own, what it sees of the control groups is the host's, and to be read. */
    @Test
    void withoutACgroupNamespaceTheHostsGroupsCannotBeWritten() throws Exception {
        Spec spec = containers.spec("");
        Linux linux = spec.linux().orElseThrow();
        Linux shared = linux.withNamespaces(linux.namespaces().stream()
                .filter(namespace -> namespace.type() != NamespaceType.CGROUP)
                .toList());
        Spec hosts = spec.withLinux(shared)
                .withMounts(spec.mounts().stream()
                        .map(mount ->
                                mount.destination().equals("/sys/fs/cgroup") ? mount.withOptions(List.of("rw")) : mount)
                        .toList());
        assertThat(probe.run(hosts, call("mkdirat", AT_FDCWD, "s:/sys/fs/cgroup/mine", 0755)))
                .containsExactly(EROFS);
        String first = "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -d $d ] && mkdir $d/mine; done; true";
        assertThat(containers
                        .run(hosts.withProcess(hosts.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", first))))
                        .stderr()
                        .lines())
                .isNotEmpty()
                .allMatch(line -> line.contains("Read-only"));
    }

    /** CVE-2022-0492, CVE-2023-25809 and the tools that they need. */
    @Test
    void cgroupsAndNamespacesAreOutOfReach() throws Exception {
        assertThat(probe.run(
                        call("unshare", CLONE_NEWUSER),
                        call("unshare", CLONE_NEWCGROUP),
                        call("clone", CLONE_NEWUSER | SIGCHLD),
                        call("setns", 0, 0),
                        call("mount", "s:cgroup", "s:/tmp", "s:cgroup", 0, "s:memory"),
                        call("umount2", "s:/proc", 2),
                        call("pivot_root", "s:/", "s:/tmp"),
                        call("fsopen", "s:tmpfs", 0),
                        call("open_tree", AT_FDCWD, "s:/", 1),
                        call("mount_setattr", AT_FDCWD, "s:/proc/sys", 0, "b:", 32)))
                .hasSize(10)
                .containsOnly(EPERM);
        assertThat(probe.run(call("clone3", "b:", 88))).containsExactly(ENOSYS);
        assertThat(probe.run(
                        call("openat", AT_FDCWD, "s:/sys/fs/cgroup/cgroup.procs", 1),
                        call("openat", AT_FDCWD, "s:/sys/fs/cgroup/release_agent", 0101, 0600),
                        call("mkdirat", AT_FDCWD, "s:/sys/fs/cgroup/mine", 0755)))
                .isSubsetOf(EROFS, "-" + Errno.EACCES.number()); // an ordinary user's may not do it in the first place
    }

    @Test
    void callsThatReachTheKernelItselfAreRefused() throws Exception {
        assertThat(probe.run(
                        call("bpf", 0, "b:", 128),
                        call("perf_event_open", "b:", 0, -1, -1, 0),
                        call("userfaultfd", 0),
                        call("init_module", "b:", 16, "s:"),
                        call("finit_module", 0, "s:", 0),
                        call("kexec_load", 0, 0, 0, 0),
                        call("open_by_handle_at", 0, "b:", 0),
                        call("add_key", "s:user", "s:name", "s:x", 1, -3),
                        call("keyctl", 0, -3, 0),
                        call("request_key", "s:user", "s:name", 0, 0),
                        call("io_uring_setup", 1, "b:"),
                        call("syslog", 3, "b:", 100),
                        call("acct", 0),
                        call("swapoff", "s:/x"),
                        call("quotactl", 0, 0, 0, 0),
                        call("settimeofday", "b:", 0),
                        call("personality", 0x0040000)))
                .hasSize(17)
                .containsOnly(EPERM);
    }

    /** CVE-2026-31431: kernel code that no container needs. */
    @Test
    void socketsOfRareFamiliesAreRefusedHoweverTheNumberIsWritten() throws Exception {
        assertThat(probe.run(
                        call("socket", AF_ALG, 5, 0),
                        call("socket", AF_VSOCK, SOCK_STREAM, 0),
                        call("socket", (1L << 32) + AF_ALG, 5, 0)))
                .allMatch(result -> result.startsWith("-"))
                .startsWith(EPERM);
    }

    @Test
    void otherCallingConventionsAreFilteredToo() throws Exception {
        assumeTrue(Architecture.host() == Architecture.X86_64, "x86_64 alone has three conventions");
        assertThat(probe.run(x32("unshare", CLONE_NEWUSER), x32("keyctl", 0, -3, 0), x32("bpf", 0, 0, 0)))
                .allMatch(result -> result.equals(EPERM) || result.equals(ENOSYS));
        List<String> old = probe.run(
                i386("getpid"),
                i386("unshare", CLONE_NEWUSER),
                i386("mount", "s:none", "s:/tmp", "s:tmpfs", 0, 0),
                i386("keyctl", 0, -3, 0),
                i386("socket", AF_ALG, 5, 0),
                i386("socket", AF_VSOCK, SOCK_STREAM, 0),
                i386("bpf", 0, "b:", 128));
        assumeTrue(!old.isEmpty(), "this kernel has no i386 calls: the first one ended the program");
        assertThat(old.get(0)).isEqualTo("1");
        assertThat(old.subList(1, 7)).containsOnly(EPERM);
    }

    /** CVE-2017-5226: characters pushed into the terminal of whoever started the JVM. */
    @Test
    void thereIsNoTerminalToPushCharactersInto() throws Exception {
        List<String> seen = probe.run(
                call("openat", AT_FDCWD, "s:/dev/tty", 2),
                call("ioctl", 0, TIOCSTI, "s:x"),
                call("ioctl", 1, TIOCSTI, "s:x"),
                call("ioctl", 2, TIOCSTI, "s:x"),
                call("getsid", 0),
                call("getpgid", 0));
        assertThat(seen.get(0)).isEqualTo(ENXIO);
        assertThat(seen.subList(1, 4)).allMatch(result -> result.startsWith("-"));
        assertThat(seen.subList(4, 6)).as("session and process group").containsOnly("1");
    }

    /** CVE-2020-15257: the supervisor lives in the container's network namespace, so there must be nothing to call. */
    @Test
    void noSocketOfTheSupervisorCanBeCalled() throws Exception {
        PublishedPort port = new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 80);
        var request = containers.request(
                containers.spec("tail -n +2 /proc/net/unix; tail -n +2 /proc/net/tcp; tail -n +2 /proc/net/udp"),
                List.of(port));
        try (LinuxContainer container = containers.host.start(request)) {
            assertThat(container.exited().get(30, TimeUnit.SECONDS).value()).isZero();
            assertThat(TestContainers.output(request, "stdout")).isEmpty();
        }
        assertThat(Files.readAllLines(Path.of("/proc/net/unix")))
                .as("no file is in the way of who calls an abstract name")
                .noneMatch(line -> line.contains("@") && line.contains("skiff"));
    }

    /** GHSA-6fw5-f8r9-fgfm, GHSA-jq35-85cj-fj4p: what tells of the neighbours. */
    @Test
    void sideChannelsOfTheHostAreCovered() throws Exception {
        assertThat(containers
                        .run("cat /proc/interrupts /proc/keys /proc/timer_list | wc -c;"
                                + " ls -A /sys/devices/virtual/powercap /sys/devices/system/cpu/cpu*/thermal_throttle"
                                + " 2>/dev/null | grep -v : | grep -c .")
                        .lines())
                .containsExactly("0", "0");
    }

    /** CVE-2025-52881, CVE-2019-16884 and their kind: a sysctl that would be the host's, by whatever spelling. */
    @Test
    void sysctlsOfTheHostCannotBeReachedThroughThoseOfANamespace() throws Exception {
        String before = Files.readString(Path.of("/proc/sys/kernel/panic"));
        for (String name : List.of(
                "kernel.panic",
                "kernel/panic",
                "net/../kernel/panic",
                "net.ipv4/../../kernel/panic",
                "fs.mqueue/../../kernel/panic",
                "net.",
                "net.ipv4")) {
            Spec spec = containers.spec("true");
            Spec hostile = spec.withLinux(spec.linux().orElseThrow().withSysctl(Map.of(name, "77")));
            assertThatThrownBy(() -> containers.run(hostile)).as(name).hasMessageContaining(name);
        }
        assertThat(Files.readString(Path.of("/proc/sys/kernel/panic"))).isEqualTo(before);
    }

    /** An image that brings a /proc of its own does not get the settings that are meant for the kernel's. */
    @Test
    void aSysctlIsWrittenToTheKernelAndNotToTheImage() throws Exception {
        Path fake = Files.createDirectories(containers.root().resolve("proc/sys/net/ipv4"))
                .resolve("ip_unprivileged_port_start");
        Files.writeString(fake, "untouched");
        assertThat(containers
                        .run("cat /proc/sys/net/ipv4/ip_unprivileged_port_start")
                        .stdout())
                .isEqualTo("0\n");
        assertThat(fake).hasContent("untouched");
    }

    @Test
    void theContainerDiesWithItsParentWhateverItsUser() throws Exception {
        int getParentDeathSignal = 2;
        int getSecureBits = 27;
        for (int uid : List.of(0, 1000)) {
            Spec spec = containers.spec("");
            Spec asUser = spec.withProcess(spec.process().orElseThrow().withUser(User.of(uid, uid)));
            assertThat(probe.run(
                            asUser, call("prctl", getParentDeathSignal, "b:"), print(), call("prctl", getSecureBits)))
                    .containsExactly("0", "\t", "0"); // SIGKILL is 9, and so is a tab
        }
    }
}
