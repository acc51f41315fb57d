package dev.skiff.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.runtime.IntelRdt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes of service, against a tree as a two-socket machine has it: config-linux.md, "IntelRdt". */
class ResctrlTest {
    private static final IntelRdt SHARE =
            IntelRdt.none().withL3CacheSchema("L3:0=7f0;1=1f").withMemBwSchema("MB:0=20;1=70");

    @TempDir
    private Path base;

    private Path mount;

    @BeforeEach
    void record() {
        mount = base.resolve("with blank");
        FakeHost.write(mount.resolve("schemata"), "    MB:0=100;1=100\n    L3:0=7ff;1=7ff\n");
        FakeHost.write(mount.resolve("tasks"), "1\n");
        FakeHost.write(mount.resolve("guaranteed/schemata"), "    MB:0= 20;1= 70\n    L3:0=7f0;1=01f\n    L2:0=ff\n");
        FakeHost.write(mount.resolve("guaranteed/tasks"), "");
    }

    private ServiceClass plan(IntelRdt asked) {
        String mounted = mount.toString().replace(" ", "\\040");
        return Resctrl.of("22 1 0:21 / /proc rw - proc proc rw\n36 25 0:32 / " + mounted
                        + " rw,relatime shared:14 - resctrl resctrl rw\n")
                .plan("web", asked);
    }

    private void measures(String... features) {
        FakeHost.write(mount.resolve("info/L3_MON/mon_features"), String.join("\n", features) + "\n");
    }

    @Test
    void withoutANameTheClassIsTheContainersOwnAndCalledLikeIt() {
        assertThat(plan(IntelRdt.none())).satisfies(own -> {
            assertThat(own.path()).isEqualTo(mount.resolve("web"));
            assertThat(own.made()).containsExactly(mount.resolve("web"));
            assertThat(own.entrances()).containsExactly(mount.resolve("web"));
            assertThat(own.schemata()).isEmpty();
        });
    }

    @Test
    void bothSchemataAreWrittenAtOnceAndMoreOfThemAfterThat() {
        assertThat(plan(SHARE).schemata()).containsExactly("L3:0=7f0;1=1f\nMB:0=20;1=70\n");
        assertThat(plan(SHARE.withSchemata(List.of("L2:0=f", "L3:0=1"))).schemata())
                .containsExactly("L3:0=7f0;1=1f\nMB:0=20;1=70\n", "L2:0=f\nL3:0=1\n");
    }

    @Test
    void aBandwidthAmongTheCachesGivesWayToTheOneThatIsSaidByItself() {
        assertThat(plan(SHARE.withL3CacheSchema("L3:0=f\nMB:0=50")).schemata())
                .containsExactly("L3:0=f\nMB:0=20;1=70\n");
        assertThat(plan(IntelRdt.none().withL3CacheSchema("L3:0=f\nMB:0=50")).schemata())
                .containsExactly("L3:0=f\nMB:0=50\n");
    }

    @Test
    void aNamedClassThatIsNotThereIsMadeAndGoesWithTheContainer() {
        ServiceClass made = plan(SHARE.withClosId("other"));
        assertThat(made.path()).isEqualTo(mount.resolve("other"));
        assertThat(made.own()).isTrue();
        assertThat(made.schemata()).hasSize(1);
    }

    /** The kernel fills numbers up with zeros or blanks; what nobody asked about may be as it is. */
    @Test
    void aNamedClassThatIsThereIsSharedAndNeitherWrittenNorRemoved() {
        for (IntelRdt asked : List.of(SHARE, IntelRdt.none())) {
            ServiceClass shared = plan(asked.withClosId("guaranteed"));
            assertThat(shared.own()).isFalse();
            assertThat(shared.made()).isEmpty();
            assertThat(shared.schemata()).isEmpty();
            assertThat(shared.remove()).isTrue();
        }
        assertThat(mount.resolve("guaranteed/tasks")).exists();
    }

    @Test
    void aNamedClassThatIsThereWithAnotherShareIsRefused() {
        for (IntelRdt asked : List.of(
                SHARE.withL3CacheSchema("L3:0=7f;1=1f"),
                SHARE.withMemBwSchema("MB:0=30;1=70"),
                SHARE.withMemBwSchema("MB:nonsense"),
                IntelRdt.none().withSchemata(List.of("L2:1=ff")))) {
            assertThatThrownBy(() -> plan(asked.withClosId("guaranteed")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("guaranteed is there with another share")
                    .hasMessageContaining("L3:0=7f0");
        }
    }

    @Test
    void aNamedClassOfNoShareThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> plan(IntelRdt.none().withClosId("other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no " + mount.resolve("other"));
    }

    @Test
    void aDirectoryThatHappensToBeCalledLikeTheContainerIsSomebodyElses() throws IOException {
        Files.createDirectory(mount.resolve("web"));
        assertThatThrownBy(() -> plan(SHARE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("somebody else's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../etc", "a/b", "/", "info", "mon_groups", "mon_data", "a b"})
    void namesThatWouldLeadElsewhereAreRefused(String name) {
        assertThatThrownBy(() -> plan(SHARE.withClosId(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("closID");
    }

    @Test
    void aBandwidthThatIsNoneIsRefused() {
        for (String schema : List.of("L3:0=f", "MB:0=20\nL3:0=f")) {
            assertThatThrownBy(() -> plan(SHARE.withMemBwSchema(schema)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("memBwSchema");
        }
    }

    @Test
    void aContainerThatIsMeasuredHasAGroupForThatInItsClass() {
        measures("llc_occupancy", "mbm_total_bytes");
        Path monitor = mount.resolve("guaranteed/mon_groups/web");
        ServiceClass shared = plan(IntelRdt.none().withClosId("guaranteed").withEnableMonitoring(true));
        assertThat(shared.made()).containsExactly(monitor);
        assertThat(shared.entrances()).containsExactly(mount.resolve("guaranteed"), monitor);
        ServiceClass own = plan(SHARE.withEnableMonitoring(true));
        assertThat(own.made()).containsExactly(mount.resolve("web"), mount.resolve("web/mon_groups/web"));
        assertThat(own.lastFirst()).containsExactly(mount.resolve("web/mon_groups/web"), mount.resolve("web"));
    }

    @Test
    void whatTheProcessorDoesNotMeasureIsRefused() {
        assertThatThrownBy(() -> plan(SHARE.withEnableMonitoring(true))).hasMessageContaining("enableMonitoring");
        assertThatThrownBy(() -> plan(SHARE.withEnableCmt(true))).hasMessageContaining("enableCMT");
        measures("llc_occupancy");
        assertThat(plan(SHARE.withEnableCmt(true)).monitor()).isPresent();
        assertThatThrownBy(() -> plan(SHARE.withEnableMbm(true))).hasMessageContaining("enableMBM");
    }

    @Test
    void whereItIsNotMountedThatIsAnError() {
        assertThatThrownBy(() -> Resctrl.of("22 1 0:21 / /sys/fs/resctrl rw - tmpfs resctrl rw\n")
                        .plan("web", IntelRdt.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no resctrl file system is mounted")
                .hasMessageContaining("mount -t resctrl");
    }
}
