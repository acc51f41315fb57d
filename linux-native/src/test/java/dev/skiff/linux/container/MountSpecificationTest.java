package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.seccomp.DefaultProfile;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Propagation;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mounts and the root of a specification, as a container has them. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class MountSpecificationTest extends SpecificationFixture {
    private Path source;

    @BeforeEach
    void makeSource() throws Exception {
        source = Files.createDirectory(containers.root().resolveSibling("source"));
        Files.createDirectory(source.resolve("below"));
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
}
