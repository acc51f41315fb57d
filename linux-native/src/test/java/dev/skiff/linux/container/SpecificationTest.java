package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.seccomp.DefaultProfile;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceType;
import dev.skiff.oci.runtime.IoPriority;
import dev.skiff.oci.runtime.IoPriorityClass;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Propagation;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Scheduler;
import dev.skiff.oci.runtime.SchedulerPolicy;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompSyscall;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime specification says is what a container is, looked at from inside. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class SpecificationTest {
    private TestContainers containers;
    private Path source;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-spec"));
        source = Files.createDirectory(containers.root().resolveSibling("source"));
        Files.createDirectory(source.resolve("below"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private Result run(String script, UnaryOperator<Spec> change) throws Exception {
        return containers.run(change.apply(containers.spec(script)));
    }

    private Result process(String script, UnaryOperator<Process> change) throws Exception {
        return run(script, spec -> spec.withProcess(change.apply(spec.process().orElseThrow())));
    }

    private Result linux(String script, UnaryOperator<Linux> change) throws Exception {
        return run(script, spec -> spec.withLinux(change.apply(spec.linux().orElseThrow())));
    }

    private Result mount(String script, Mount... more) throws Exception {
        return run(script, spec -> {
            List<Mount> mounts = new ArrayList<>(spec.mounts());
            mounts.addAll(List.of(more));
            return spec.withMounts(mounts);
        });
    }

    /** The options that /proc/self/mountinfo has of a mount point, with the optional fields that tell of propagation. */
    private static String mountInfo(String point) {
        return "grep ' " + point + " ' /proc/self/mountinfo | cut -d ' ' -f 6- | cut -d - -f 1 | sed 's/ *$//'";
    }

    // ---- mounts

    @ParameterizedTest
    @CsvSource({
        "noatime, noatime",
        "strictatime, ''",
        "relatime, relatime",
        "atime, relatime",
        "nodiratime, nodiratime",
        "nosuid, nosuid",
        "nodev, nodev",
        "noexec, noexec",
        "nosymfollow, nosymfollow",
        "ro, ro",
    })
    void anAttributeIsThatOfTheMount(String option, String shown) throws Exception {
        List<Mount> mounts = new ArrayList<>(List.of(Mount.of("/data", "tmpfs", "tmpfs", List.of(option))));
        if (!option.contains("atime") || !containers.host.rootless()) { // which a user namespace may not change
            mounts.add(Mount.of("/data", "bind", source.toString(), List.of("bind", option)));
        }
        for (Mount mount : mounts) {
            String options = mount(mountInfo("/data"), mount).stdout();
            assertThat(List.of(options.trim().split("[ ,]"))).as(option).contains(shown.isEmpty() ? "rw" : shown);
            if (shown.isEmpty()) {
                assertThat(options).doesNotContain("atime");
            }
        }
    }

    /** CVE-like: runtimes that make the top of a tree read-only and leave what is mounted below it writable. */
    @Test
    void aRecursiveReadOnlyBindIsReadOnlyAllTheWayDown() throws Exception {
        for (String option : List.of("rro", "ro")) {
            Result result = mount(
                    "touch /data/x 2>/dev/null || echo top; touch /data/below/x 2>/dev/null || echo below",
                    Mount.of("/tree", "tmpfs", "tmpfs", List.of()),
                    Mount.of("/data", "bind", below(), List.of("rbind", option)));
            assertThat(result.lines()).as(option).containsExactly("top", "below");
        }
    }

    /** A directory of the host with a mount below it. */
    private String below() {
        return "/dev";
    }

    @Test
    void recursiveAttributesReachWhatIsMountedBelow() throws Exception {
        Result result = mount(
                mountInfo("/data/shm") + ";" + mountInfo("/data"),
                Mount.of("/data", "bind", below(), List.of("rbind", "rnoexec", "rnosymfollow", "rnodev")));
        assertThat(result.lines())
                .hasSizeGreaterThan(1)
                .allSatisfy(options -> assertThat(options)
                        .contains("noexec")
                        .contains("nosymfollow")
                        .contains("nodev"));
    }

    @ParameterizedTest
    @CsvSource({"shared, shared:", "rshared, shared:", "unbindable, unbindable", "private, ''", "rprivate, ''"})
    void propagationIsThatOfTheMount(String option, String shown) throws Exception {
        for (Mount mount : List.of(
                Mount.of("/data", "tmpfs", "tmpfs", List.of(option)),
                Mount.of("/data", "bind", source.toString(), List.of("bind", option)))) {
            String options = mount(mountInfo("/data"), mount).stdout().trim();
            assertThat(options.substring(options.indexOf(' ') + 1))
                    .as(mount.toString())
                    .contains(shown);
            if (shown.isEmpty()) {
                assertThat(options).doesNotContain("shared").doesNotContain("master");
            }
        }
    }

    @Test
    void aBindIsPrivateUnlessToldOtherwise() throws Exception {
        assertThat(mount(mountInfo("/data"), Mount.of("/data", "bind", source.toString(), List.of("bind")))
                        .stdout())
                .doesNotContain("shared")
                .doesNotContain("master");
    }

    @Test
    void aMountIsChangedByRemount() throws Exception {
        Result result = mount(
                mountInfo("/data"),
                Mount.of("/data", "tmpfs", "tmpfs", List.of()),
                Mount.of("/data", "tmpfs", "tmpfs", List.of("remount", "ro", "nosuid")));
        assertThat(result.stdout()).startsWith("ro,nosuid");
    }

    @Test
    void anOptionThatNobodyKnowsIsAnError() {
        for (Mount mount : List.of(
                Mount.of("/data", "tmpfs", "tmpfs", List.of("frobnicate")),
                Mount.of("/data", "bind", source.toString(), List.of("bind", "frobnicate")))) {
            assertThatThrownBy(() -> mount("true", mount))
                    .isInstanceOf(RuntimeException.class)
                    .hasMessageContaining("/data")
                    .hasMessageContaining("frobnicate");
        }
    }

    private static final Mount GROUPS = Mount.of("/cg", "cgroup", "cgroup", List.of("nosuid", "ro"));

    @Test
    void controlGroupsAreMountedAsTheHostHasThem() throws Exception {
        List<String> seen = mount("grep ' /cg' /proc/self/mountinfo | cut -d ' ' -f 4-", GROUPS)
                .lines();
        assertThat(seen).isNotEmpty().allMatch(line -> line.contains("ro,nosuid"));
        if (!containers.host.controlGroups().first()) {
            assertThat(seen).singleElement().asString().contains("/ /cg ", " - cgroup2 ");
            return;
        }
        for (String controller : List.of("memory", "pids")) {
            assertThat(seen)
                    .anyMatch(line -> line.startsWith("/ /cg/" + controller + " ") && line.contains(" - cgroup "));
        }
        assertThat(mount("touch /cg/new", GROUPS).stderr()).contains("Read-only");
        assertThat(mount("touch /cg/new && echo new", Mount.of("/cg", "cgroup", "cgroup", List.of()))
                        .stdout())
                .isEqualTo("new\n");
    }

    /** The root of what it sees is its own group: nothing of the host's, and its own limits where they are looked for. */
    @Test
    @KernelTest(root = true)
    void inControlGroupsOfVersion1AContainerSeesItsOwn() throws Exception {
        assumeTrue(containers.host.controlGroups().first(), "this host has no control groups of version 1");
        Result result = run(
                "cat /cg/pids/pids.max /cg/pids/tasks | head -2; cat /cg/memory/memory.limit_in_bytes",
                spec -> spec.plusMount(GROUPS)
                        .withLinux(spec.linux()
                                .orElseThrow()
                                .withResources(Resources.none()
                                        .withPids(Pids.of(77))
                                        .withMemory(Memory.none().withLimit(64 << 20)))));
        assertThat(result.lines()).containsExactly("77", "1", Integer.toString(64 << 20));
    }

    @Test
    void theUnifiedHierarchyIsThereWhereItIsAskedFor() throws Exception {
        assertThat(mount("grep ' /cg ' /proc/self/mountinfo", Mount.of("/cg", "cgroup2", "cgroup", List.of("ro")))
                        .stdout())
                .contains(" - cgroup2 ");
    }

    @Test
    void aTmpfsBeginsWithWhatItCoversWhenAskedTo() throws Exception {
        Path covered = Files.createDirectories(containers.root().resolve("var/data/deep"))
                .getParent();
        Files.writeString(covered.resolve("deep/file"), "content");
        Files.createSymbolicLink(covered.resolve("link"), Path.of("/etc/passwd"));
        Files.setPosixFilePermissions(covered, PosixFilePermissions.fromString("rwxr-x---"));
        Mount tmpfs = Mount.of("/var/data", "tmpfs", "tmpfs", List.of("nosuid", "tmpcopyup"));
        Result result = mount(
                "cat /var/data/deep/file; echo; readlink /var/data/link; stat -c %a /var/data;"
                        + "echo new > /var/data/deep/file; grep -c ' /var/data ' /proc/self/mountinfo",
                tmpfs, Mount.of("/nothing/there", "tmpfs", "tmpfs", List.of("tmpcopyup")));
        assertThat(result.lines()).containsExactly("content", "/etc/passwd", "750", "1");
        assertThat(covered.resolve("deep/file")).hasContent("content");
    }

    /** A file that is cut short, with no word of it, is worse than none. */
    @Test
    void aTmpfsThatCannotHoldWhatItCoversIsAnError() throws Exception {
        Path covered = Files.createDirectories(containers.root().resolve("var/data"));
        Files.write(covered.resolve("large"), new byte[100_000]);
        assertThatThrownBy(
                        () -> mount("true", Mount.of("/var/data", "tmpfs", "tmpfs", List.of("tmpcopyup", "size=16k"))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/var/data")
                .hasMessageContaining("ENOSPC");
    }

    @Test
    void aReadOnlyTmpfsIsReadOnlyOnceAllIsInIt() throws Exception {
        Files.createDirectories(containers.root().resolve("var/data/deep"));
        Result result = mount(
                "ls /var/data; touch /var/data/x 2>/dev/null || echo refused; touch /var/data/more/x && echo written",
                Mount.of("/var/data", "tmpfs", "tmpfs", List.of("ro", "tmpcopyup")),
                Mount.of("/var/data/more", "tmpfs", "tmpfs", List.of()));
        assertThat(result.lines()).containsExactly("deep", "more", "refused", "written");
    }

    /** As /etc/localtime is in images without time zones. */
    @Test
    void aFileIsMountedOnALinkThatLeadsNowhere() throws Exception {
        Files.createSymbolicLink(containers.root().resolve("etc/localtime"), Path.of("/usr/share/zoneinfo/UTC"));
        Path zone = Files.writeString(containers.root().resolveSibling("zone"), "UTC");
        Result result = mount(
                "cat /etc/localtime; ls /usr/share",
                Mount.of("/etc/localtime", "bind", zone.toString(), List.of("bind", "ro")));
        assertThat(result.stdout()).isEqualTo("UTC");
    }

    /** As Docker and Podman ask for it with {@code -v a:b:shared}. */
    @Test
    @KernelTest(root = true)
    void whatIsMountedInASharedBindTheHostSeesIfTheRootIsShared() throws Exception {
        Path shared = Files.createDirectory(containers.root().resolveSibling("shared"));
        host("mount -t tmpfs tmpfs " + shared + " && mount --make-shared " + shared);
        try {
            for (Propagation root : List.of(Propagation.SHARED, Propagation.PRIVATE)) {
                Path point = Files.createDirectory(shared.resolve(root.name()));
                Result result = run(
                        "mount -t tmpfs tmpfs /data/" + root.name() + " && touch /data/" + root.name() + "/new",
                        spec -> withMountRights(spec)
                                .plusMount(Mount.of("/data", "bind", shared.toString(), List.of("rbind", "rshared")))
                                .withLinux(spec.linux()
                                        .orElseThrow()
                                        .withRootfsPropagation(root)
                                        .withSeccomp(DefaultProfile.forCapabilities(List.of(Capability.values())))));
                assertThat(result.exit().value()).as(result.stderr()).isZero();
                assertThat(Files.exists(point.resolve("new"))).isEqualTo(root == Propagation.SHARED);
            }
        } finally {
            host("umount -R " + shared);
        }
    }

    private static Spec withMountRights(Spec spec) {
        Process process = spec.process().orElseThrow();
        Set<Capability> all = Set.of(Capability.values());
        Capabilities given =
                Capabilities.none().withBounding(all).withEffective(all).withPermitted(all);
        return spec.withProcess(process.withCapabilities(given));
    }

    private static void host(String command) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor())
                .isZero();
    }

    @Test
    void aReadOnlyRootIsReadOnlyOnceItsMountPointsAreMade() throws Exception {
        Result result = run(
                "touch /x 2>/dev/null || echo refused; touch /new/point/x && echo written",
                spec -> spec.withRoot(Root.of("rootfs").withReadonly(true))
                        .plusMount(Mount.of("/new/point", "tmpfs", "tmpfs", List.of())));
        assertThat(result.lines()).containsExactly("refused", "written");
    }

    @ParameterizedTest
    @CsvSource({"SHARED, shared:", "RSHARED, shared:", "PRIVATE, ''", "RPRIVATE, ''", "UNBINDABLE, unbindable"})
    void theRootPropagatesAsTheSpecificationSays(Propagation propagation, String shown) throws Exception {
        String options = linux(mountInfo("/"), linux -> linux.withRootfsPropagation(propagation))
                .stdout()
                .trim();
        assertThat(options.substring(options.indexOf(' ') + 1)).contains(shown);
        if (shown.isEmpty()) {
            assertThat(options).doesNotContain("shared").doesNotContain("master");
        }
    }

    // ---- devices

    @Test
    @KernelTest(root = true)
    void aDeviceIsMadeWhereverItIsToBe() throws Exception {
        Result result = linux(
                "stat -c '%F %t %T %a' /dev/deep/er/null; echo x > /dev/deep/er/null && echo written",
                linux -> linux.withDevices(List.of(Device.of("/dev/deep/er/null", DeviceType.CHARACTER, 1, 3))));
        assertThat(result.stdout()).startsWith("character special file 1 3");
        assertThat(result.stdout()).endsWith("written\n");
    }

    @Test
    @KernelTest(root = true)
    void aDeviceHasTheModeAndTheOwnerOfTheSpecification() throws Exception {
        Result result = linux(
                "stat -c '%F %t %T %a %u %g' /dev/special",
                linux -> linux.withDevices(List.of(Device.of("/dev/special", DeviceType.CHARACTER, 1, 5)
                        .withFileMode(0640)
                        .withUid(7)
                        .withGid(8))));
        assertThat(result.stdout()).isEqualTo("character special file 1 5 640 7 8\n");
    }

    @Test
    @KernelTest(root = true)
    void aFileThatIsNotTheDeviceIsAnError() throws Exception {
        Files.writeString(containers.root().resolve("special"), "");
        assertThatThrownBy(() -> linux(
                        "true", linux -> linux.withDevices(List.of(Device.of("/special", DeviceType.CHARACTER, 1, 5)))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/special")
                .hasMessageContaining("EEXIST");
    }

    /** A user namespace shows a device of the host: one that is another than asked for is not shown. */
    @Test
    void aDeviceThatIsAnotherThanAskedForIsNoDevice() {
        assumeTrue(containers.host.rootless(), "root makes devices");
        assertThatThrownBy(() -> linux(
                        "true",
                        linux -> linux.withDevices(List.of(Device.of("/dev/zero", DeviceType.CHARACTER, 1, 3)))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/dev/zero");
    }

    // ---- the process

    @ParameterizedTest
    @ValueSource(strings = {"net.ipv4.ip_forward", "net/ipv4/ip_forward"})
    void aSysctlIsSetInEitherSpelling(String name) throws Exception {
        assertThat(linux("cat /proc/sys/net/ipv4/ip_forward", linux -> linux.withSysctl(Map.of(name, "1")))
                        .stdout())
                .isEqualTo("1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.panic",
                "vm.swappiness",
                "fs.file-max",
                "net/../kernel/panic",
                "net.ipv4/../../kernel.panic",
                ""
            })
    void aSysctlOfTheHostIsRefused(String name) {
        assertThatThrownBy(() -> linux("true", linux -> linux.withSysctl(Map.of(name, "1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sysctl");
    }

    @Test
    void everyLimitIsSet() throws Exception {
        List<Rlimit> limits = List.of(
                Rlimit.of(RlimitType.RLIMIT_NOFILE, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_CPU, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_FSIZE, 1 << 20, 1 << 21),
                Rlimit.of(RlimitType.RLIMIT_STACK, 1 << 22, 1 << 23),
                Rlimit.of(RlimitType.RLIMIT_CORE, 0, 0),
                Rlimit.of(RlimitType.RLIMIT_SIGPENDING, 64, 128),
                Rlimit.of(RlimitType.RLIMIT_MSGQUEUE, 1000, 2000),
                Rlimit.of(RlimitType.RLIMIT_LOCKS, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_RSS, 1 << 26, Rlimit.UNLIMITED),
                Rlimit.of(RlimitType.RLIMIT_AS, 1L << 40, 1L << 41),
                Rlimit.of(RlimitType.RLIMIT_DATA, 1L << 40, 1L << 41),
                Rlimit.of(RlimitType.RLIMIT_RTTIME, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_NICE, 0, 0),
                Rlimit.of(RlimitType.RLIMIT_RTPRIO, 0, 0),
                Rlimit.of(RlimitType.RLIMIT_NPROC, 64, 128),
                Rlimit.of(RlimitType.RLIMIT_MEMLOCK, 4096, 8192));
        String shown = process("cat /proc/self/limits", process -> process.withRlimits(limits))
                .stdout();
        assertThat(shown)
                .containsPattern("Max open files +64 +16384")
                .containsPattern("Max cpu time +64 +16384")
                .containsPattern("Max file size +1048576 +2097152")
                .containsPattern("Max stack size +4194304 +8388608")
                .containsPattern("Max core file size +0 +0")
                .containsPattern("Max pending signals +64 +128")
                .containsPattern("Max resident set +67108864 +unlimited")
                .containsPattern("Max address space +1099511627776 +2199023255552")
                .containsPattern("Max data size +1099511627776 +2199023255552")
                .containsPattern("Max realtime timeout +64 +16384")
                .containsPattern("Max realtime priority +0 +0")
                .containsPattern("Max nice priority +0 +0")
                .containsPattern("Max processes +64 +128")
                .containsPattern("Max locked memory +4096 +8192")
                .containsPattern("Max msgqueue size +1000 +2000")
                .containsPattern("Max file locks +64 +16384");
    }

    @Test
    void oomScoreAdjIsSet() throws Exception {
        assertThat(process("cat /proc/self/oom_score_adj", process -> process.withOomScoreAdj(500))
                        .stdout())
                .isEqualTo("500\n");
    }

    @Test
    void allFiveSetsOfCapabilitiesAreThoseOfTheSpecification() throws Exception {
        Set<Capability> two = EnumSet.of(Capability.CAP_CHOWN, Capability.CAP_KILL);
        Set<Capability> one = EnumSet.of(Capability.CAP_KILL);
        Capabilities capabilities =
                Capabilities.of(two).withEffective(one).withInheritable(one).withAmbient(one);
        Result status = process(
                "cat /proc/self/status",
                process -> process.withUser(User.of(1000, 1001)).withCapabilities(capabilities));
        assertThat(status.value("CapBnd")).isEqualTo("0000000000000021");
        assertThat(status.value("CapInh")).isEqualTo("0000000000000020");
        assertThat(status.value("CapAmb")).isEqualTo("0000000000000020");
        // the shell was executed by a user who is not root: what is left is what was ambient
        assertThat(status.value("CapPrm")).isEqualTo("0000000000000020");
        assertThat(status.value("CapEff")).isEqualTo("0000000000000020");
    }

    /** config.md, "capabilities": what cannot be granted is a warning, and the container has less and not more. */
    @Test
    void anAmbientCapabilityThatIsNotInheritableIsNotGiven() throws Exception {
        Set<Capability> one = EnumSet.of(Capability.CAP_KILL);
        Result status = process(
                "cat /proc/self/status",
                process -> process.withUser(User.of(1000, 1001))
                        .withCapabilities(Capabilities.of(one).withAmbient(one)));
        assertThat(status.value("CapAmb")).isEqualTo("0000000000000000");
        assertThat(status.value("CapEff")).isEqualTo("0000000000000000");
    }

    @Test
    void theUmaskIsThatOfTheSpecification() throws Exception {
        assertThat(process("umask", process -> process.withUser(User.of(0, 0).withUmask(0077)))
                        .stdout())
                .isEqualTo("0077\n");
    }

    @Test
    void ioPriorityIsSet() throws Exception {
        IoPriority idle = IoPriority.of(IoPriorityClass.IOPRIO_CLASS_IDLE, 7);
        Files.createSymbolicLink(containers.root().resolve("bin/ionice"), Path.of("busybox"));
        assertThat(process("ionice -p $$", process -> process.withIoPriority(idle))
                        .stdout())
                .startsWith("idle");
    }

    @Test
    void theSchedulerIsThatOfTheSpecification() throws Exception {
        Scheduler batch = Scheduler.of(SchedulerPolicy.SCHED_BATCH).withNice(5);
        assertThat(process("cut -d ' ' -f 19,41 /proc/self/stat", process -> process.withScheduler(batch))
                        .stdout())
                .isEqualTo("5 3\n");
    }

    /** What this runtime cannot do is an error and never silence (runtime.md, "Errors"). */
    @ParameterizedTest
    @MethodSource("notDone")
    void whatCannotBeDoneIsAnErrorThatNamesIt(String named, UnaryOperator<Spec> change) {
        assertThatThrownBy(() -> run("true", change))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    static Stream<Arguments> notDone() {
        return Stream.of(refused(
                "SCMP_ACT_NOTIFY",
                linux -> linux.withSeccomp(Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)
                        .withSyscalls(List.of(SeccompSyscall.of(List.of("chown"), SeccompAction.SCMP_ACT_NOTIFY))))));
    }

    private static Arguments refused(String named, UnaryOperator<Linux> change) {
        return Arguments.of(named, (UnaryOperator<Spec>)
                spec -> spec.withLinux(change.apply(spec.linux().orElseThrow())));
    }

    /** SECURITY A2 2: what cannot be applied is an error, the kernel's own where it has no SELinux. */
    @Test
    void aMountLabelThatTheKernelDoesNotKnowIsAnError() {
        assertThatThrownBy(() -> run(
                        "true",
                        spec -> spec.withLinux(
                                spec.linux().orElseThrow().withMountLabel("no_such_u:no_such_r:no_such_t:s0"))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("no_such_t")
                .hasMessageContaining("SELinux has to be at work");
    }

    @Test
    void annotationsAreNotForUs() throws Exception {
        assertThat(run("echo fine", spec -> spec.withAnnotations(Map.of("run.oci.handler", "anything")))
                        .stdout())
                .isEqualTo("fine\n");
    }
}
