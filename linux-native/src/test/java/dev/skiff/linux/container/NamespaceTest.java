package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.TimeOffset;
import dev.skiff.oci.runtime.User;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A container is in the namespaces that its specification says: new ones, those of others, and the host's. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class NamespaceTest {
    private static final int SECONDS = 30;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-namespaces"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private Spec spec(String script, UnaryOperator<Linux> change) {
        Spec spec = containers.spec(script);
        return spec.withLinux(change.apply(spec.linux().orElseThrow()));
    }

    private Result run(String script, UnaryOperator<Linux> change) throws Exception {
        return containers.run(spec(script, change));
    }

    private static Linux with(Linux linux, Namespace namespace) {
        List<Namespace> all = new ArrayList<>(linux.namespaces());
        all.removeIf(each -> each.type() == namespace.type());
        all.add(namespace);
        return linux.withNamespaces(all);
    }

    private static Linux without(Linux linux, NamespaceType type) {
        return linux.withNamespaces(
                linux.namespaces().stream().filter(each -> each.type() != type).toList());
    }

    private static String own(String name) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/" + name)) + "\n";
    }

    @ParameterizedTest
    @CsvSource({"IPC, ipc, /dev/mqueue", "CGROUP, cgroup, /sys/fs/cgroup"})
    void aNamespaceThatIsNotNamedIsTheHosts(NamespaceType type, String name, String itsMount) throws Exception {
        Spec spec = spec("readlink /proc/self/ns/" + name, linux -> without(linux, type));
        Spec without = spec.withMounts(spec.mounts().stream()
                .filter(mount ->
                        !mount.destination().equals(itsMount)) // which an ordinary user may not mount of the host
                .toList());
        assertThat(containers.run(without).stdout()).isEqualTo(own(name));
    }

    @Test
    void theHostsNetworkAndNameAreThereWhenAskedFor() throws Exception {
        Spec spec =
                containers.host.defaults().spec(List.of("/bin/sh", "-c", "readlink /proc/self/ns/net; hostname"), true);
        Result result = containers.run(spec.withLinux(without(spec.linux().orElseThrow(), NamespaceType.UTS)));
        assertThat(result.lines()).contains(own("net").trim()).hasSize(2);
    }

    /** Without one of its own, nothing but a control group tells which processes are the container's. */
    @Test
    void theHostsProcessesAreSeenOnlyWhereAControlGroupHoldsTheContainers() throws Exception {
        if (!containers.host.limitsProcesses()) {
            assertThatThrownBy(() -> run("true", linux -> without(linux, NamespaceType.PID)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pid");
            return;
        }
        Result result =
                run("readlink /proc/self/ns/pid; sleep 4711 & true", linux -> without(linux, NamespaceType.PID));
        assertThat(result.stdout()).isEqualTo(own("pid"));
        assertThat(TestContainers.processes("sleep 4711")).isEmpty();
    }

    @Test
    void namespacesOfAnotherContainerAreJoinedByPath() throws Exception {
        try (LinuxContainer other = containers.host.start(
                containers.request(containers.spec("sleep 1000").withHostname("other"), List.of()))) {
            String pid = "/proc/" + other.started().get(SECONDS, TimeUnit.SECONDS) + "/ns/";
            Map<NamespaceType, String> shared = Map.of(
                    NamespaceType.NETWORK, "net",
                    NamespaceType.IPC, "ipc",
                    NamespaceType.PID, "pid",
                    NamespaceType.UTS, "uts",
                    NamespaceType.CGROUP, "cgroup");
            for (Map.Entry<NamespaceType, String> each : shared.entrySet()) {
                Namespace joined = Namespace.of(each.getKey()).withPath(pid + each.getValue());
                Spec spec = spec(
                        "readlink /proc/self/ns/" + each.getValue() + "; cat /proc/1/cmdline | tr '\\0' ' '",
                        linux -> with(linux.withSysctl(Map.of()), joined));
                Spec nameless = new Spec(
                        spec.ociVersion(),
                        spec.process(),
                        spec.root(),
                        Optional.empty(),
                        Optional.empty(),
                        spec.mounts(),
                        spec.hooks(),
                        spec.annotations(),
                        spec.linux(),
                        spec.extra());
                List<String> said = containers.run(nameless).lines();
                assertThat(said.get(0))
                        .as(each.getValue())
                        .isEqualTo(Files.readSymbolicLink(Path.of(pid + each.getValue()))
                                .toString());
                if (each.getKey() == NamespaceType.PID) {
                    assertThat(said.get(1)).contains("sleep 1000");
                }
            }
        }
    }

    /** SECURITY A2 1: where a namespace is the host's, so are its parameters. */
    @ParameterizedTest
    @CsvSource({
        "NETWORK, net.ipv4.ip_forward",
        "NETWORK, net/ipv4/ip_forward",
        "IPC, kernel.shmmax",
        "IPC, fs.mqueue.msg_max",
        "IPC, fs/mqueue/msg_max",
        "UTS, kernel.domainname",
        "USER, user.max_user_namespaces"
    })
    void aSysctlNeedsTheNamespaceThatItBelongsTo(NamespaceType type, String name) throws Exception {
        String path = "/proc/sys/" + name.replace('.', '/');
        String before = Files.readString(Path.of(path));
        Spec spec = spec("true", linux -> without(linux, type).withSysctl(Map.of(name, "1")));
        assertThatThrownBy(() -> containers.run(spec.withoutHostname()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sysctl " + name + " needs a " + type + " namespace of the container's own");
        assertThat(Files.readString(Path.of(path))).isEqualTo(before);
    }

    /** SECURITY A2 1: in the host's namespace these would be the host's names. */
    @Test
    void aNameWithoutANamespaceForItIsRefused() {
        Spec hosts = spec("true", linux -> without(linux, NamespaceType.UTS));
        assertThatThrownBy(() -> containers.run(hosts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hostname without a uts namespace");
        assertThatThrownBy(() -> containers.run(hosts.withoutHostname().withDomainname("example.com")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("domainname without a uts namespace");
    }

    @Test
    void aFileThatIsNoNamespaceOfThatTypeIsAnError() {
        Namespace wrong = Namespace.of(NamespaceType.IPC).withPath("/proc/self/ns/uts");
        assertThatThrownBy(() -> run("true", linux -> with(linux, wrong)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("IPC namespace /proc/self/ns/uts")
                .hasMessageContaining("EINVAL");
    }

    /** A path is no way around the rule that a sysctl has to be the container's own. */
    @Test
    void aSysctlOfAJoinedNamespaceThatIsTheHostsIsRefused() {
        Namespace hosts = Namespace.of(NamespaceType.NETWORK).withPath("/proc/self/ns/net");
        assertThatThrownBy(() -> run("true", linux -> with(linux, hosts)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sysctl net.ipv4");
    }

    @Test
    void clocksOfATimeNamespaceAreAheadAsTheSpecificationSays() throws Exception {
        TimeOffset day = new TimeOffset(Optional.of(864000L), Optional.of(5L), UnknownFields.none());
        UnaryOperator<Linux> timed = linux ->
                withOffsets(with(linux, Namespace.of(NamespaceType.TIME)), Map.of("boottime", day, "monotonic", day));
        Result result = run("cat /proc/self/timens_offsets; cut -d . -f 1 /proc/uptime", timed);
        assertThat(result.lines().get(0)).matches("monotonic +864000 +5");
        assertThat(result.lines().get(1)).matches("boottime +864000 +5");
        assertThat(Long.parseLong(result.lines().get(2))).isGreaterThan(864000);
    }

    private static Linux withOffsets(Linux linux, Map<String, TimeOffset> offsets) {
        return new Linux(
                linux.uidMappings(),
                linux.gidMappings(),
                linux.sysctl(),
                linux.resources(),
                linux.cgroupsPath(),
                linux.namespaces(),
                linux.devices(),
                linux.seccomp(),
                linux.rootfsPropagation(),
                linux.maskedPaths(),
                linux.readonlyPaths(),
                linux.mountLabel(),
                linux.intelRdt(),
                linux.personality(),
                offsets,
                linux.netDevices(),
                linux.extra());
    }

    // ---- user namespaces

    /** Ids 0 to 999 of the container are others of the host; of what an ordinary user was lent, where it is one. */
    private UnaryOperator<Linux> mapped() {
        List<IdMapping> ids = List.of(IdMapping.of(0, 2000, 1000));
        return linux -> with(linux, Namespace.of(NamespaceType.USER))
                .withUidMappings(ids)
                .withGidMappings(ids);
    }

    private void giveRootTo(int id) throws Exception {
        if (containers.host.rootless()) {
            return; // all of it is this user's, whom nobody is in the container: it can be read at least
        }
        new ProcessBuilder("chown", "-R", id + ":" + id, containers.root().toString())
                .start()
                .waitFor();
    }

    /** Joined first, so that all that is new belongs to it, and with the rights that there are in there. */
    @Test
    void aUserNamespaceIsJoinedByItsPathAndOwnsWhatIsNew() throws Exception {
        giveRootTo(2000);
        ContainerRequest first = containers.request(spec("exec sleep 1000", mapped()), List.of());
        try (LinuxContainer container = containers.host.start(first)) {
            long pid = container.started().get(30, TimeUnit.SECONDS);
            Path users = Path.of("/proc/" + pid + "/ns/user");
            Spec joining = spec(
                    "readlink /proc/self/ns/user; id -u; cat /proc/self/uid_map; ip link set lo down && echo owned",
                    linux -> with(linux, Namespace.of(NamespaceType.USER).withPath(users.toString())));
            Result result = containers.run(joining.withProcess(joining.process()
                    .orElseThrow()
                    .withCapabilities(Capabilities.of(EnumSet.of(Capability.CAP_NET_ADMIN)))));
            assertThat(result.lines().get(0))
                    .as(result.stderr())
                    .isEqualTo(inside(container, "readlink /proc/self/ns/user"));
            assertThat(result.lines().get(1)).isEqualTo("0");
            assertThat(result.lines().get(2)).matches(" *0 +[0-9]+ +1000");
            assertThat(result.lines()).endsWith("owned");
        }
    }

    private static String inside(LinuxContainer container, String script) throws Exception {
        Process process = Process.of(List.of("/bin/sh", "-c", script));
        try (LinuxExec exec = container.exec(process)) {
            return new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8).trim();
        }
    }

    /** A user namespace may mount /proc only for processes of its own; sysctls go through the host's then. */
    @Test
    @KernelTest(root = true) // without processes of its own it takes a control group, which ordinary users seldom have
    void sysctlsAreSetInAUserNamespaceWithoutProcessesOfItsOwn() throws Exception {
        giveRootTo(2000);
        Spec spec = spec(
                "cat /proc/sys/net/ipv4/ip_unprivileged_port_start",
                linux -> without(mapped().apply(linux), NamespaceType.PID));
        Spec shared = spec.withMounts(spec.mounts().stream()
                .map(mount -> mount.destination().equals("/proc") ? Mount.bind("/proc", "/proc") : mount)
                .toList());
        Result result = containers.run(shared);
        assertThat(result.stdout()).as(result.stderr()).isEqualTo("0\n");
    }

    /** As Podman has it with --privileged: what is mounted there already has to be that device, and is. */
    @Test
    void aDeviceThatIsMountedAlreadyIsLeftAsItIs() throws Exception {
        giveRootTo(2000);
        Spec spec = spec("echo x > /dev/null && test -c /dev/null && echo device", mapped());
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(Mount.bind("/dev/null", "/dev/null"));
        assertThat(containers.run(spec.withMounts(mounts)).stdout()).isEqualTo("device\n");
        mounts.add(Mount.bind("/dev/null", "/dev/zero"));
        assertThatThrownBy(() -> containers.run(spec.withMounts(mounts)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/dev/zero");
    }

    @Test
    void aUserNamespaceThatIsNoneIsAnError() {
        Namespace wrong = Namespace.of(NamespaceType.USER).withPath("/proc/self/ns/uts");
        assertThatThrownBy(() -> run("true", linux -> with(linux, wrong)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("user namespace /proc/self/ns/uts")
                .hasMessageContaining("EINVAL");
    }

    @Test
    void idsAreMappedInAUserNamespace() throws Exception {
        giveRootTo(2000);
        Result result = run(
                "cat /proc/self/uid_map /proc/self/gid_map; id; stat -c %u /bin/busybox /dev/null; grep Cap /proc/self/status",
                mapped());
        assertThat(result.stderr()).isEmpty();
        assertThat(result.lines().get(0)).matches(" *0 +2000 +1000");
        assertThat(result.lines().get(1)).matches(" *0 +2000 +1000");
        assertThat(result.lines().get(2)).isEqualTo("uid=0(root) gid=0(root) groups=0(root)");
        assertThat(result.stdout()).contains("CapEff:\t00000000800405fb");
        if (!containers.host.rootless()) {
            assertThat(result.lines().get(3)).isEqualTo("0");
        }
    }

    /** The host's root is nobody in there, and the namespaces are the container's: its sysctls and its loopback can be set. */
    @Test
    void aContainerInAUserNamespaceHasAllThatOthersHave() throws Exception {
        giveRootTo(2000);
        Result result = run(
                "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; ip -o link | grep -c UP; hostname;"
                        + "echo x > /dev/null && echo written; ls -A /sys/firmware | wc -l; echo out > /dev/stdout;"
                        + "stat -c %u /proc/1; ls /proc/1/fd | wc -l; cut -d : -f 3 /proc/self/cgroup | sort -u",
                mapped());
        assertThat(result.stderr()).isEmpty();
        assertThat(result.lines()).startsWith("0", "1", "box", "written", "0", "out", "0");
        assertThat(result.lines().get(8)).isEqualTo("/");
    }

    @Test
    void anOrdinaryUserOfAUserNamespaceCanOpenItsStreamsAgain() throws Exception {
        giveRootTo(2000);
        Spec spec = spec("id -u; echo out > /dev/stdout; echo err > /dev/stderr", mapped());
        Process process = spec.process().orElseThrow().withUser(User.of(7, 8));
        Result result = containers.run(spec.withProcess(process));
        assertThat(result.lines()).containsExactly("7", "out");
        assertThat(result.stderr()).isEqualTo("err\n");
    }

    @Test
    void aProcessJoinsTheUserNamespaceToo() throws Exception {
        giveRootTo(2000);
        try (LinuxContainer container =
                containers.host.start(containers.request(spec("sleep 1000", mapped()), List.of()))) {
            container.started().get(SECONDS, TimeUnit.SECONDS);
            Process process = containers
                    .spec("")
                    .process()
                    .orElseThrow()
                    .withArgs(List.of("/bin/sh", "-c", "cat /proc/self/uid_map; id -u"));
            try (LinuxExec exec = container.exec(process)) {
                exec.started().get(SECONDS, TimeUnit.SECONDS);
                assertThat(new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8))
                        .matches(" *0 +2000 +1000\n0\n");
            }
        }
    }

    @Test
    void idsThatAreNotOursToGiveAreAnErrorThatSaysSo() {
        List<IdMapping> ids = List.of(IdMapping.of(0, 4_000_000_000L, 1));
        UnaryOperator<Linux> foreign = linux -> with(linux, Namespace.of(NamespaceType.USER))
                .withUidMappings(ids)
                .withGidMappings(ids);
        if (containers.host.rootless()) {
            assertThatThrownBy(() -> run("true", foreign))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("/etc/subuid");
        }
        assertThatThrownBy(() -> run("true", linux -> with(linux, Namespace.of(NamespaceType.USER))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("uidMappings");
    }

    @Test
    void aMountShowsItsIdsMappedOrIsAnError() throws Exception {
        Path source = Files.createDirectory(containers.root().resolveSibling("source"));
        Files.writeString(source.resolve("file"), "");
        Spec spec = containers.spec("stat -c %u:%g /data/file");
        for (String option : List.of("idmap", "ridmap")) {
            Mount mount = new Mount(
                    "/data",
                    Optional.of("bind"),
                    Optional.of(source.toString()),
                    List.of("rbind", option),
                    List.of(IdMapping.of(0, 1234, 1)),
                    List.of(IdMapping.of(0, 1235, 1)),
                    UnknownFields.none());
            if (containers.host.rootless()) {
                assertThatThrownBy(() -> containers.run(spec.plusMount(mount)))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("map the ids of a mount");
            } else {
                assertThat(containers.run(spec.plusMount(mount)).stdout()).isEqualTo("1234:1235\n");
            }
        }
    }
}
