package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.HostCheck;
import dev.skiff.HostCheck.Result;
import dev.skiff.HostReport;
import dev.skiff.linux.ControlGroupVersions;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of hosts that lack something, each with what would help. */
class HostChecksTest {
    @TempDir
    private Path kernel;

    @BeforeEach
    void fill() throws IOException {
        PoorHosts.kernel(kernel);
    }

    private static HostReport report(HostTraits host, boolean made) {
        HostChecks told = new HostChecks(host);
        List<HostCheck> all = new ArrayList<>(told.user());
        all.addAll(told.namespaces());
        all.addAll(told.others(made));
        return new HostReport(all);
    }

    private static HostCheck check(HostReport report, String feature) {
        return report.checks().stream()
                .filter(each -> each.feature().equals(feature))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is said of " + feature + ":\n" + report));
    }

    @Test
    void ofAHostThatHasAllNothingIsMissing() {
        for (boolean rootless : new boolean[] {false, true}) {
            HostReport report = report(PoorHosts.rich(kernel, rootless), true);
            assertThat(report.checks()).allMatch(check -> check.result() == Result.GOOD);
            assertThat(report.checks()).allMatch(check -> check.remedy().isEmpty());
            assertThat(report.usable()).isTrue();
            assertThat(check(report, "control groups").found())
                    .isEqualTo("version 2: cpu, cpuset, io, memory, pids by version 2");
            assertThat(check(report, "security modules").found())
                    .contains("AppArmor (enabled)", "Yama (ptrace_scope 1)");
        }
    }

    @Test
    void whatIsReducedOrMissingHasARemedy() throws IOException {
        Files.delete(kernel.resolve("proc/self/ns/time"));
        Files.delete(kernel.resolve("sys/module/apparmor/parameters/enabled"));
        List<Rlimit> lowered = List.of(Rlimit.of(RlimitType.RLIMIT_NOFILE, 1024, 1024));
        HostReport report = report(PoorHosts.poor(kernel, lowered), true);

        assertThat(report.usable()).as("with all this a container runs").isTrue();
        assertThat(report.reduced())
                .extracting(HostCheck::feature)
                .containsExactly(
                        "subordinate ids",
                        "namespace time",
                        "capabilities",
                        "control groups",
                        "limits",
                        "limits of a process",
                        "security modules");
        assertThat(report.reduced()).noneMatch(check -> check.remedy().isEmpty());
        assertThat(check(report, "control groups").found())
                .isEqualTo(
                        "version 1 and 2 (hybrid): memory, pids by version 1; hugetlb by version 2; none is this user's to use");
        assertThat(check(report, "control groups").remedy()).contains("Delegate=yes");
        assertThat(check(report, "capabilities").found()).endsWith("SYS_CHROOT");
        assertThat(check(report, "limits of a process").found()).contains("RLIMIT_NOFILE 1024");
        assertThat(check(report, "namespace time").remedy()).contains("CONFIG_TIME_NS");
        assertThat(check(report, "security modules").found()).contains("Yama");
    }

    @Test
    void rootOfAPoorHostIsToldWhatItLacks() {
        HostReport report = report(PoorHosts.poorRoot(kernel), true);
        assertThat(check(report, "devices").result()).isEqualTo(Result.REDUCED);
        assertThat(check(report, "devices").remedy()).contains("devices controller");
        assertThat(check(report, "swap").remedy()).contains("swapaccount=1");
        assertThat(check(report, "limits").found()).contains("memory but not cpu, pids");
        assertThat(check(report, "rights").found()).isEqualTo("root");
    }

    @Test
    void aNamespaceThatNoContainerCanDoWithoutIsMissing() throws IOException {
        Files.delete(kernel.resolve("proc/self/ns/cgroup"));
        PoorHosts.write(kernel, "proc/sys/user/max_net_namespaces", "0");
        HostReport report = report(PoorHosts.rich(kernel, true), false);
        assertThat(report.missing())
                .extracting(HostCheck::feature)
                .containsExactly("namespace cgroup", "namespace network");
        assertThat(check(report, "namespace network").found()).isEqualTo("user.max_net_namespaces is 0");
        assertThat(check(report, "namespace network").remedy()).startsWith("sysctl -w user.max_net_namespaces=");
        assertThat(check(report, "namespace cgroup").remedy()).contains("CONFIG_CGROUPS");
    }

    @Test
    void aKernelWithoutFiltersIsOneThatContainersDoNotRunOnUnlessOneJustHas() throws IOException {
        Files.delete(kernel.resolve("proc/sys/kernel/seccomp/actions_avail"));
        assertThat(check(report(PoorHosts.rich(kernel, false), false), "seccomp")
                        .result())
                .isEqualTo(Result.MISSING);
        assertThat(check(report(PoorHosts.rich(kernel, false), true), "seccomp").result())
                .isEqualTo(Result.GOOD);
    }

    @Test
    void aHostWithoutControlGroupsIsToldWhatToMount() {
        HostTraits rich = PoorHosts.rich(kernel, false);
        HostTraits none = new HostTraits(
                false,
                true,
                rich.kernel(),
                ControlGroupVersions.none(),
                false,
                true,
                false,
                rich.capabilities(),
                List.of());
        assertThat(check(report(none, true), "control groups").remedy()).contains("mount cgroup2");
    }

    @Test
    void theReportIsATableWithRemediesBelow() {
        HostReport report = new HostReport(List.of(
                new HostCheck("seccomp", Result.GOOD, "the filter", ""),
                new HostCheck("limits", Result.REDUCED, "none", "delegate them")));
        assertThat(report.toString().lines())
                .containsExactly(
                        "ok       seccomp  the filter", "reduced  limits   none", "                  -> delegate them");
    }
}
