package dev.skiff.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ControlGroupVersions;
import dev.skiff.linux.MissingControllerException;
import dev.skiff.linux.systemd.Systemd;
import dev.skiff.linux.testing.FakeBus;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the groups of a container go and what is written there, on hosts of each kind. */
class ControlGroupsTest {
    private static final Resources LIMITED = Resources.none()
            .withPids(Pids.of(100))
            .withMemory(Memory.none().withLimit(1 << 20).withSwap(1 << 20))
            .withCpu(Cpu.none().withQuota(50_000).withPeriod(100_000));

    @TempDir
    Path base;

    private FakeHost hybrid() {
        return new FakeHost(base)
                .legacy("cpu,cpuacct", "/", "/")
                .legacy("memory", "/", "/service/jvm")
                .legacy("pids", "/", "/")
                .legacy("freezer", "/", "/")
                .legacy("devices", "/", "/")
                .named("systemd")
                .unified("hugetlb", "/", false);
    }

    private static Group groupOf(GroupPlan plan, String controller) {
        return plan.groups().stream()
                .filter(group -> group.has(controller))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> settings(Group group) {
        return group.settings().stream().map(Setting::toString).toList();
    }

    @Test
    void controllersOfBothVersionsAreFoundAndHierarchiesWithoutOneAreNot() {
        assertThat(hybrid().asRoot().controllers())
                .containsExactlyInAnyOrder("cpu", "cpuacct", "memory", "pids", "freezer", "devices", "hugetlb");
    }

    @Test
    void whatIsMountedIsToldApartFromWhatIsOursToUse() throws IOException {
        ControlGroupVersions both = hybrid().asRoot().versions();
        assertThat(both).hasToString("version 1 and 2 (hybrid)");
        assertThat(both.controllers()).containsEntry("memory", 1).containsEntry("hugetlb", 2);
        assertThat(both.withheld()).isEmpty();

        ControlGroupVersions session = new FakeHost(base.resolve("session"))
                .session("cpu memory pids", "/user.slice")
                .asUser()
                .versions();
        assertThat(session).hasToString("version 2");
        assertThat(session.usable()).isEmpty();
        assertThat(session.withheld()).containsExactly("cpu", "memory", "pids");
        assertThat(ControlGroups.none().versions().present()).isFalse();
    }

    @Test
    void aGroupIsBelowTheOneThatTheJvmIsIn() {
        GroupPlan plan = hybrid().asRoot().plan("a", Optional.empty(), LIMITED);
        assertThat(groupOf(plan, "memory").path()).isEqualTo(base.resolve("memory/service/jvm/skiff-a"));
        assertThat(groupOf(plan, "pids").path()).isEqualTo(base.resolve("pids/skiff-a"));
    }

    @Test
    void controllersThatAreMountedTogetherAreOneGroup() {
        GroupPlan plan = hybrid().asRoot().plan("a", Optional.empty(), LIMITED);
        assertThat(plan.groups().stream().map(Group::path))
                .containsExactly(
                        base.resolve("cpu,cpuacct/skiff-a"),
                        base.resolve("memory/service/jvm/skiff-a"),
                        base.resolve("pids/skiff-a"),
                        base.resolve("unified/skiff-a"));
        assertThat(settings(groupOf(plan, "cpu")))
                .containsExactly("cpu.cfs_period_us=100000", "cpu.cfs_quota_us=50000");
        assertThat(settings(groupOf(plan, "memory")))
                .containsExactly("memory.limit_in_bytes=1048576", "memory.memsw.limit_in_bytes=1048576");
    }

    @Test
    void aMountThatShowsAPartOfTheHierarchyIsReadFromThere() {
        GroupPlan plan = new FakeHost(base)
                .legacy("pids", "/docker/77", "/docker/77/inner")
                .asRoot()
                .plan("a", Optional.empty(), Resources.none());
        assertThat(groupOf(plan, "pids").path()).isEqualTo(base.resolve("pids/inner/skiff-a"));
    }

    @Test
    void aGroupOutsideOfWhatIsMountedIsNoReasonToLeaveTheMount() {
        String mountInfo = "30 22 0:3 /docker/77 " + base + " rw - cgroup cgroup rw,pids\n";
        assertThat(Hierarchies.parse(mountInfo, "1:pids:/elsewhere\n").get(0).own())
                .isEqualTo(base);
    }

    @Test
    void blanksInMountPointsAreReadAsTheKernelWritesThem() {
        String mountInfo = "30 22 0:3 / /c\\040g rw - cgroup cgroup rw,pids\n";
        assertThat(Hierarchies.parse(mountInfo, "1:pids:/\n").get(0).mount()).isEqualTo(Path.of("/c g"));
    }

    @Test
    void withoutVersion2ItIsTheFreezerAndTheDevicesOfVersion1() {
        ControlGroups groups = new FakeHost(base)
                .legacy("pids", "/", "/")
                .legacy("freezer", "/", "/")
                .legacy("cpuacct", "/", "/")
                .legacy("devices", "/", "/")
                .asRoot();
        GroupPlan plan = groups.plan("a", Optional.empty(), Resources.none().withDevices(DeviceRules.defaults()));
        assertThat(plan.freezer()).contains(base.resolve("freezer/skiff-a/freezer.state"));
        assertThat(plan.deviceRules()).isEmpty();
        assertThat(settings(groupOf(plan, "devices")))
                .startsWith("devices.deny=a", "devices.allow=c 1:3 rwm")
                .contains("devices.allow=c 136:* rwm");
    }

    @Test
    void anUnlimitedContainerIsCountedAllTheSame() {
        GroupPlan plan = hybrid().asRoot().plan("a", Optional.empty(), Resources.none());
        assertThat(plan.groups().stream().flatMap(group -> group.controllers().stream()))
                .contains("pids", "memory", Hierarchy.CORE)
                .doesNotContain("cpu", "freezer", "devices");
        assertThat(plan.groups())
                .allSatisfy(group -> assertThat(group.settings()).isEmpty());
    }

    // ---- version 2

    @Test
    void theRootHandsDownWhatIsAskedForAndHoldsProcessesStill() throws Exception {
        FakeHost host = new FakeHost(base).unified("cpu io memory pids", "/", false);
        ControlGroups groups = host.asRoot();
        groups.prepare(LIMITED);
        assertThat(host.unified().resolve("skiff-jvm")).doesNotExist();
        assertThat(Files.readString(host.unified().resolve("cgroup.subtree_control")))
                .isNotEmpty();
        GroupPlan plan = groups.plan("a", Optional.empty(), LIMITED);
        assertThat(plan.groups()).singleElement().satisfies(group -> {
            assertThat(group.path()).isEqualTo(host.unified().resolve("skiff-a"));
            assertThat(settings(group))
                    .containsExactly("memory.max=1048576", "memory.swap.max=0", "cpu.max=50000 100000", "pids.max=100");
        });
        assertThat(plan.memoryEvents()).contains(host.unified().resolve("skiff-a/memory.events"));
    }

    @Test
    void rootInAGroupThatNobodyHandedOverGoesToTheRootOfAll() {
        FakeHost host = new FakeHost(base).unified("cpu memory pids", "/system.slice/app.service", false);
        GroupPlan plan = host.asRoot().plan("a", Optional.empty(), LIMITED);
        assertThat(plan.groups().get(0).path()).isEqualTo(host.unified().resolve("skiff-a"));
    }

    /** Where no controller is wanted of version 2 there is nothing to hand down, and so no reason to go elsewhere. */
    @Test
    void inAHybridTheVersion2GroupIsBelowOurOwn() {
        FakeHost host = new FakeHost(base).legacy("pids", "/", "/").unified("", "/system.slice/app.service", false);
        GroupPlan plan =
                host.asRoot().plan("a", Optional.empty(), Resources.none().withPids(Pids.of(5)));
        assertThat(plan.unified()).contains(host.unified().resolve("system.slice/app.service/skiff-a"));
    }

    @Test
    void whatRunsInADelegatedGroupIsMovedAsideOnce() throws Exception {
        FakeHost host = new FakeHost(base).unified("memory pids", "/user.slice/app.scope", false);
        Path own = host.unified().resolve("user.slice/app.scope");
        ControlGroups groups = host.asUser();
        groups.prepare(Resources.none().withPids(Pids.of(5)));
        assertThat(own.resolve("skiff-jvm")).isDirectory();
        assertThat(groups.plan("a", Optional.empty(), LIMITED.withCpu(Cpu.none()))
                        .groups()
                        .get(0)
                        .path())
                .isEqualTo(own.resolve("skiff-a"));
        // the JVM is in the part now, and a second Skiff in it finds the same place
        String moved = host.membership().replace("app.scope", "app.scope/skiff-jvm");
        FakeHost.make(own.resolve("skiff-jvm"));
        assertThat(ControlGroups.of(host.mountInfo(), moved, false, false, Optional.empty())
                        .plan("b", Optional.empty(), Resources.none().withPids(Pids.of(5)))
                        .groups()
                        .get(0)
                        .path())
                .isEqualTo(own.resolve("skiff-b"));
    }

    @Test
    void theRootOfACgroupNamespaceIsOursToDivide() {
        FakeHost host = new FakeHost(base).unified("memory pids", "/", true);
        ControlGroups groups = host.asRoot();
        groups.prepare(Resources.none().withPids(Pids.of(5)));
        assertThat(host.unified().resolve("skiff-jvm")).isDirectory();
    }

    @Test
    void whatEveryGroupHasNeedNotBeHandedDown() throws Exception {
        FakeHost host = new FakeHost(base).unified("hugetlb", "/", false);
        Resources depth = Resources.none().withUnified(Map.of("cgroup.max.depth", "3"));
        ControlGroups groups = host.asRoot();
        groups.prepare(depth);
        assertThat(Files.readString(host.unified().resolve("cgroup.subtree_control")))
                .isEmpty();
        assertThat(settings(groups.plan("a", Optional.empty(), depth).groups().get(0)))
                .containsExactly("cgroup.max.depth=3");
    }

    // ---- by systemd

    /** As on a host where a user's session is a group that belongs to root. */
    @Test
    void whereOurOwnGroupIsNotOursSystemdIsAskedForOneAroundTheLauncher() throws Exception {
        FakeHost host = new FakeHost(base).session("cpu memory pids", "/user.slice/session-1.scope");
        Path membership = base.resolve("proc/77/cgroup");
        FakeHost.write(membership, "0::/user.slice/session-1.scope\n");
        try (FakeBus bus = FakeBus.doing(base.resolve("bus"), body -> {
            Matcher name = Pattern.compile("skiff-77-\\d+\\.scope").matcher(body);
            assertThat(name.find()).isTrue();
            host.add("/app.slice/" + name.group(), "memory pids");
            FakeHost.write(membership, "0::/app.slice/" + name.group() + "\n");
        })) {
            Delegation delegation = new Delegation(new Systemd(bus.socket(), 1000), 77, base.resolve("proc"));
            ControlGroups groups =
                    ControlGroups.of(host.mountInfo(), host.membership(), false, false, Optional.of(delegation));
            assertThat(groups.controllers()).containsExactly("memory", "pids");
            Resources limited = Resources.none().withPids(Pids.of(5));
            groups.prepare(limited);
            Path group =
                    groups.plan("a", Optional.empty(), limited).groups().get(0).path();
            assertThat(group.toString()).matches(host.unified() + "/app\\.slice/skiff-77-\\d+\\.scope/skiff-a");
            assertThat(group.resolveSibling("skiff-jvm")).isDirectory();
        }
    }

    @Test
    void whereSystemdGivesNothingThereIsNothingAndWhatIsAskedForIsAnError() throws Exception {
        FakeHost host = new FakeHost(base).session("memory pids", "/user.slice/session-1.scope");
        try (FakeBus bus = FakeBus.refusing(base.resolve("bus"), "org.freedesktop.DBus.Error.AccessDenied", "no")) {
            Delegation delegation = new Delegation(new Systemd(bus.socket(), 1000), 77, base.resolve("proc"));
            ControlGroups groups =
                    ControlGroups.of(host.mountInfo(), host.membership(), false, false, Optional.of(delegation));
            assertThat(groups.controllers()).isEmpty();
            assertThat(groups.freezes()).isFalse();
            assertThatThrownBy(() ->
                            groups.plan("a", Optional.empty(), Resources.none().withPids(Pids.of(5))))
                    .isInstanceOf(MissingControllerException.class);
        }
    }

    @Test
    void aGroupThatIsOursIsTakenAndSystemdIsNotAsked() throws Exception {
        FakeHost host = new FakeHost(base).unified("memory pids", "/user/app", false);
        try (FakeBus bus = FakeBus.open(base.resolve("bus"))) {
            Delegation delegation = new Delegation(new Systemd(bus.socket(), 1000), 77, base.resolve("proc"));
            ControlGroups groups =
                    ControlGroups.of(host.mountInfo(), host.membership(), false, false, Optional.of(delegation));
            assertThat(groups.controllers()).containsExactly("memory", "pids");
            assertThat(bus.heard()).isEmpty();
        }
    }

    // ---- what cannot be had

    @Test
    void aLimitThatNobodyCanHoldIsAnErrorThatSaysWhatToDo() {
        ControlGroups none = new FakeHost(base).asUser();
        assertThatThrownBy(() -> none.plan("a", Optional.empty(), LIMITED))
                .isInstanceOfSatisfying(
                        MissingControllerException.class,
                        missing -> assertThat(missing.controller()).isEqualTo("cpu"))
                .hasMessageContaining("there are none at all")
                .hasMessageContaining("Delegate=yes");
        assertThat(none.plan("a", Optional.empty(), Resources.none()).groups()).isEmpty();
    }

    @Test
    void aControllerThatTheDelegationLacksIsAnErrorAndNotAWeakerContainer() {
        ControlGroups groups =
                new FakeHost(base).unified("memory pids", "/user/app", false).asUser();
        assertThatThrownBy(() -> groups.plan("a", Optional.empty(), LIMITED))
                .isInstanceOf(MissingControllerException.class)
                .hasMessageContaining("there are memory, pids");
    }

    @Test
    void rulesForDevicesThatNobodyCanHoldAreAnError() {
        ControlGroups groups = new FakeHost(base).legacy("pids", "/", "/").asRoot();
        Resources rules = Resources.none().withDevices(DeviceRules.defaults());
        assertThat(groups.limitsDevices()).isFalse();
        assertThatThrownBy(() -> groups.plan("a", Optional.empty(), rules))
                .isInstanceOf(MissingControllerException.class)
                .hasMessageContaining("devices");
    }

    // ---- cgroupsPath

    @Test
    void anAbsolutePathIsBelowTheMountAndARelativeOneBelowOurOwn() {
        FakeHost host = hybrid();
        FakeHost.make(base.resolve("memory/there"));
        Group absolute = groupOf(host.asRoot().plan("a", Optional.of("/there/new/x"), LIMITED), "memory");
        assertThat(absolute.path()).isEqualTo(base.resolve("memory/there/new/x"));
        assertThat(absolute.above())
                .containsExactly(
                        new Group.Above(base.resolve("memory/there"), List.of(), false),
                        new Group.Above(base.resolve("memory/there/new"), List.of(), true));
        Group relative = groupOf(host.asRoot().plan("a", Optional.of("x"), LIMITED), "memory");
        assertThat(relative.path()).isEqualTo(base.resolve("memory/service/jvm/x"));
    }

    @Test
    void inVersion2EveryGroupOnTheWayHandsDown() {
        FakeHost host = new FakeHost(base).unified("memory pids", "/", false);
        Group group = host.asRoot()
                .plan("a", Optional.of("/there/x"), Resources.none().withPids(Pids.of(5)))
                .groups()
                .get(0);
        assertThat(group.above().get(0).settings()).hasToString("[cgroup.subtree_control=+pids]");
    }

    @Test
    void aPathThatLeadsOutIsRefused() {
        for (String path : List.of("../x", "/a/../../x", "/..")) {
            assertThatThrownBy(() -> hybrid().asRoot().plan("a", Optional.of(path), LIMITED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cgroupsPath");
        }
    }

    @Test
    void aCpusetGroupBeginsWithItsParentsProcessorsAndNodes() {
        FakeHost host = new FakeHost(base).legacy("cpuset", "/", "/");
        FakeHost.write(base.resolve("cpuset/cpuset.cpus"), "0-3\n");
        FakeHost.write(base.resolve("cpuset/cpuset.mems"), "0\n");
        Group group = host.asRoot()
                .plan(
                        "a",
                        Optional.of("/there/x"),
                        Resources.none().withCpu(Cpu.none().withCpus("2")))
                .groups()
                .get(0);
        assertThat(settings(group)).containsExactly("cpuset.cpus=0-3", "cpuset.mems=0", "cpuset.cpus=2");
        assertThat(group.above().get(0).settings()).hasToString("[cpuset.cpus=0-3, cpuset.mems=0]");
    }

    @Test
    void whatIsEmptyOfACpusetOnTheWayIsFilledFromItsParent() {
        FakeHost host = new FakeHost(base).legacy("cpuset", "/", "/");
        FakeHost.write(base.resolve("cpuset/cpuset.cpus"), "0-3\n");
        FakeHost.write(base.resolve("cpuset/cpuset.mems"), "0-1\n");
        FakeHost.write(base.resolve("cpuset/some/cpuset.cpus"), "1-2\n");
        FakeHost.write(base.resolve("cpuset/some/cpuset.mems"), "\n");
        FakeHost.write(base.resolve("cpuset/some/empty/cpuset.cpus"), "\n");
        FakeHost.write(base.resolve("cpuset/some/empty/cpuset.mems"), "\n");
        Group group = host.asRoot()
                .plan(
                        "a",
                        Optional.of("/some/empty/missing/x"),
                        Resources.none().withCpu(Cpu.none().withCpus("2")))
                .groups()
                .get(0);
        assertThat(group.above())
                .extracting(above -> above.settings().toString())
                .containsExactly(
                        "[cpuset.mems=0-1]",
                        "[cpuset.cpus=1-2, cpuset.mems=0-1]",
                        "[cpuset.cpus=1-2, cpuset.mems=0-1]");
        assertThat(settings(group)).containsExactly("cpuset.cpus=1-2", "cpuset.mems=0-1", "cpuset.cpus=2");
    }

    @Test
    void filesOfVersion2AreRefusedWhereTheirControllerIsInVersion1() {
        Resources unified = Resources.none().withUnified(Map.of("memory.high", "4096"));
        assertThatThrownBy(() -> hybrid().asRoot().plan("a", Optional.empty(), unified))
                .isInstanceOf(MissingControllerException.class)
                .hasMessageContaining("memory");
    }

    @Test
    void whatCannotBeKilledIsNamedAndNotWaitedForWithoutEnd() throws IOException {
        GroupPlan plan = new FakeHost(base)
                .unified("memory pids", "/", false)
                .asRoot()
                .plan("1", Optional.empty(), Resources.none());
        Path group = plan.groups().get(0).path();
        Files.createDirectory(group);
        Files.writeString(group.resolve("cgroup.procs"), "999999999\n"); // a plain file: the group cannot be removed
        assertThat(new ContainerGroups(plan).destroy(Duration.ZERO, Duration.ZERO))
                .hasValueSatisfying(remains -> assertThat(remains)
                        .contains(group.toString())
                        .contains("[999999999]")
                        .contains("state D"));
        Files.delete(group.resolve("cgroup.procs"));
        assertThat(new ContainerGroups(plan).destroy(Duration.ZERO, Duration.ZERO))
                .isEmpty();
    }
}
