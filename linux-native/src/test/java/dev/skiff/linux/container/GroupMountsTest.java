package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.cgroup.ControlGroupMounts;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Control groups as they are mounted in a container, on hosts of each kind. */
class GroupMountsTest {
    private static final Linux OWN = Linux.none().withNamespaces(List.of(Namespace.of(NamespaceType.CGROUP)));
    private static final ControlGroupMounts HYBRID =
            new ControlGroupMounts(Map.of("cpu,cpuacct", Set.of("cpu", "cpuacct"), "memory", Set.of("memory")), true);
    private static final Mount ASKED = Mount.of("/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "ro"));

    private static List<String> mounts(Linux linux, ControlGroupMounts host, Mount... asked) {
        return new GroupMounts(linux, List.of(asked), host)
                .all().stream()
                        .map(mount -> mount.type().orElse("bind") + " " + mount.destination() + " "
                                + mount.options().stream().sorted().toList())
                        .toList();
    }

    @Test
    void eachHierarchyOfVersion1HasADirectoryAndTheUnifiedOneToo() {
        assertThat(mounts(OWN, HYBRID, ASKED))
                .containsExactly(
                        "tmpfs /sys/fs/cgroup [mode=755, nosuid]",
                        "cgroup /sys/fs/cgroup/cpu,cpuacct [cpu, cpuacct, nosuid, ro]",
                        "cgroup /sys/fs/cgroup/memory [memory, nosuid, ro]",
                        "cgroup2 /sys/fs/cgroup/unified [nosuid, ro]",
                        "tmpfs /sys/fs/cgroup [nosuid, remount, ro]");
    }

    @Test
    void whereNothingIsReadOnlyNothingIsMadeSo() {
        assertThat(mounts(OWN, HYBRID, Mount.of("/cg", "cgroup", "cgroup", List.of())))
                .noneMatch(mount -> mount.contains("ro") && mount.contains("remount"));
    }

    @Test
    void aControllerThatSharesItsHierarchyIsFoundByItsName() {
        GroupMounts mounts = new GroupMounts(OWN, List.of(ASKED), HYBRID);
        assertThat(mounts.withLinks(Map.of()).get("/sys/fs/cgroup"))
                .extracting(
                        link -> link.path() + " -> " + new String(link.content().orElseThrow(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("cpu -> cpu,cpuacct", "cpuacct -> cpu,cpuacct");
    }

    @Test
    void withVersion2AloneThereIsOneMount() {
        ControlGroupMounts unified = new ControlGroupMounts(Map.of(), true);
        assertThat(mounts(OWN, unified, ASKED)).containsExactly("cgroup2 /sys/fs/cgroup [nosuid, ro]");
        assertThat(new GroupMounts(OWN, List.of(ASKED), unified).withLinks(Map.of()))
                .isEmpty();
    }

    @Test
    void theUnifiedHierarchyByItsNameIsThatAndNothingElse() {
        assertThat(mounts(OWN, HYBRID, Mount.of("/cg", "cgroup2", "cgroup", List.of("ro"))))
                .containsExactly("cgroup2 /cg [ro]");
    }

    /** CVE-2023-25809: without a view of its own a container could write to the groups of others. */
    @Test
    void withoutANamespaceOfItsOwnTheHostsAreToBeReadAndNoMore() {
        for (String type : List.of("cgroup", "cgroup2")) {
            assertThat(mounts(Linux.none(), HYBRID, Mount.of("/cg", type, "cgroup", List.of())))
                    .singleElement()
                    .asString()
                    .startsWith("bind /cg ")
                    .contains("rro");
        }
    }
}
