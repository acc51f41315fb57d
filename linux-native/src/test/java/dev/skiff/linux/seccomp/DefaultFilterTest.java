package dev.skiff.linux.seccomp;

import static dev.skiff.oci.runtime.Capability.CAP_SYS_ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.KernelVersion;
import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Seccomp;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container under the default profile may ask of the kernel. */
class DefaultFilterTest {
    static final KernelVersion NEW = new KernelVersion(6, 18);

    /** Podman's capabilities, which are Skiff's. */
    static final Set<Capability> USUAL = EnumSet.of(
            Capability.CAP_CHOWN,
            Capability.CAP_DAC_OVERRIDE,
            Capability.CAP_FOWNER,
            Capability.CAP_FSETID,
            Capability.CAP_KILL,
            Capability.CAP_NET_BIND_SERVICE,
            Capability.CAP_SETFCAP,
            Capability.CAP_SETGID,
            Capability.CAP_SETPCAP,
            Capability.CAP_SETUID,
            Capability.CAP_SYS_CHROOT);

    private static final Verdict EPERM = new Verdict(0x0005_0001);
    private static final Verdict ENOSYS = new Verdict(0x0005_0026);

    private final Kernel kernel = kernel(Architecture.X86_64, USUAL);

    private static Kernel kernel(Architecture host, Set<Capability> capabilities) {
        return new Kernel(SeccompFilter.compile(rules(host, capabilities), host).program());
    }

    static Seccomp rules(Architecture host, Set<Capability> capabilities) {
        return DefaultProfile.profile().resolve(capabilities, host, NEW);
    }

    private Verdict call(String name, long first) {
        return call(kernel, Architecture.X86_64, name, first);
    }

    private static Verdict call(Kernel kernel, Architecture architecture, String name, long first) {
        int number = SyscallTable.of(architecture).number(name);
        return kernel.answer(architecture.auditNumber(), number, first, 0, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"X86_64", "AARCH64"})
    void everyCallOfEveryConventionIsJudgedAsTheRulesSay(Architecture host) {
        long[] telling = {0, 1, 8, 37, 38, 39, 40, 41, 0x20000, 0x7e02_0000, 0xffff_ffffL, 0x1_0000_0026L, -1};
        for (Set<Capability> capabilities : Set.of(Set.<Capability>of(), USUAL, EnumSet.allOf(Capability.class))) {
            Kernel filter = kernel(host, capabilities);
            PlainReading reading = new PlainReading(rules(host, capabilities), host);
            for (Architecture architecture : Architecture.values()) {
                Set<Integer> numbers = new TreeSet<>(Set.of(-1, 470, 511, 548, 0x3fff_ffff, 0x4000_0224, 0xf0000));
                SyscallTable.of(architecture).byNumber().keySet().forEach(number -> {
                    numbers.add(number - 1);
                    numbers.add(number);
                    numbers.add(number + 1);
                });
                for (int number : numbers) {
                    for (long first : telling) {
                        assertThat(filter.answer(architecture.auditNumber(), number, first, 0, 0, 0, 0, 0))
                                .as("%s number %d, first argument %d", architecture, number, first)
                                .isEqualTo(reading.answer(architecture.auditNumber(), number, first, 0, 0, 0, 0, 0));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unshare", "mount", "setns", "umount2", "fsopen", "open_tree", "move_mount", "mount_setattr"})
    void cve2022_0492_namespacesAndMountsNeedSysAdmin(String name) {
        for (Architecture architecture : new Architecture[] {Architecture.X86_64, Architecture.X86, Architecture.X32}) {
            assertThat(call(kernel, architecture, name, 0)).isEqualTo(EPERM);
        }
        Kernel admin = kernel(Architecture.X86_64, EnumSet.of(CAP_SYS_ADMIN));
        assertThat(call(admin, Architecture.X86_64, name, 0)).isEqualTo(Verdict.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(longs = {38, 40, 0x1_0000_0026L, 0xffff_ffff_0000_0026L, 0x7fff_ffff_0000_0028L})
    void cve2026_31431_noAlgAndNoVsockSocketsEvenWithBitsThatTheKernelDrops(long family) {
        assertThat(call("socket", family)).isEqualTo(EPERM);
        assertThat(call(kernel, Architecture.X32, "socket", family)).isEqualTo(EPERM);
        assertThat(call(kernel, Architecture.X86, "socket", family)).isEqualTo(EPERM);
        Kernel arm = kernel(Architecture.AARCH64, USUAL);
        assertThat(call(arm, Architecture.AARCH64, "socket", family)).isEqualTo(EPERM);
        assertThat(call(arm, Architecture.ARM, "socket", family)).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 10, 16, 17, 37, 39, 41, 45})
    void otherSocketsAreAllowed(long family) {
        assertThat(call("socket", family)).isEqualTo(Verdict.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"X86_64, X86, X32", "AARCH64, ARM, ARM"})
    void theFilterIsNotPassedByAnotherConvention(Architecture host, Architecture second, Architecture third) {
        Kernel filter = kernel(host, USUAL);
        for (Architecture architecture :
                Set.of(host, second).size() == 2 ? EnumSet.of(host, second, third) : EnumSet.of(host)) {
            assertThat(call(filter, architecture, "read", 0)).isEqualTo(Verdict.ALLOW);
            assertThat(call(filter, architecture, "reboot", 0)).isEqualTo(EPERM);
            assertThat(call(filter, architecture, "keyctl", 0)).isEqualTo(EPERM);
        }
    }

    @Test
    void aConventionOfAnotherMachineKills() {
        assertThat(kernel.answer(Architecture.AARCH64.auditNumber(), 63, 0, 0, 0, 0, 0, 0))
                .isEqualTo(Verdict.KILL_PROCESS);
        assertThat(kernel.answer(0, 0, 0, 0, 0, 0, 0, 0)).isEqualTo(Verdict.KILL_PROCESS);
    }

    @Test
    void x32KillsWhereItIsNotCovered() {
        Seccomp native64 = rules(Architecture.X86_64, USUAL).withArchitectures(Set.of());
        Kernel filter =
                new Kernel(SeccompFilter.compile(native64, Architecture.X86_64).program());
        assertThat(call(filter, Architecture.X86_64, "read", 0)).isEqualTo(Verdict.ALLOW);
        assertThat(call(filter, Architecture.X32, "read", 0)).isEqualTo(Verdict.KILL_PROCESS);
        assertThat(call(filter, Architecture.X86, "read", 0)).isEqualTo(Verdict.KILL_PROCESS);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000})
    void cloneMakesNoNamespace(long flag) {
        assertThat(call("clone", flag | 17)).isEqualTo(EPERM);
        assertThat(call("clone", flag | 17 | 1L << 32)).isEqualTo(EPERM);
        assertThat(call("clone", 0x003d_0f00)).isEqualTo(Verdict.ALLOW); // what a C library makes threads with
        assertThat(call("clone", 17)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void clone3IsAbsentSoThatProgramsFallBackToClone() {
        assertThat(call("clone3", 0)).isEqualTo(ENOSYS);
        Kernel admin = kernel(Architecture.X86_64, EnumSet.of(CAP_SYS_ADMIN));
        assertThat(call(admin, Architecture.X86_64, "clone3", 0)).isEqualTo(Verdict.ALLOW);
        assertThat(call(admin, Architecture.X86_64, "clone", 0x1000_0000)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void personalityOnlyAsksOrTakesWhatIsHarmless() {
        for (long harmless : new long[] {0, 8, 0x20000, 0x20008, 0xffff_ffffL, -1L}) {
            assertThat(call("personality", harmless)).isEqualTo(Verdict.ALLOW);
        }
        for (long harmful : new long[] {0x0040_0000, 0x0004_0000, 9, 0x20009}) { // without randomisation, ...
            assertThat(call("personality", harmful)).isEqualTo(EPERM);
        }
    }

    @Test
    void tracingNeedsAKernelThatChecksAfterIt() {
        Seccomp old = DefaultProfile.profile().resolve(USUAL, Architecture.X86_64, new KernelVersion(4, 7));
        Kernel filter =
                new Kernel(SeccompFilter.compile(old, Architecture.X86_64).program());
        assertThat(call(filter, Architecture.X86_64, "ptrace", 0)).isEqualTo(EPERM);
        assertThat(call("ptrace", 0)).isEqualTo(Verdict.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"CAP_SYS_BOOT, reboot", "CAP_SYSLOG, syslog", "CAP_BPF, bpf", "CAP_SYS_TIME, settimeofday"})
    void aCapabilityBringsItsCalls(Capability capability, String name) {
        assertThat(call(name, 0)).isEqualTo(EPERM);
        Kernel filter = kernel(Architecture.X86_64, EnumSet.of(capability));
        assertThat(call(filter, Architecture.X86_64, name, 0)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void callsOfKernelsToComeAreAbsentRatherThanForbidden() {
        assertThat(kernel.answer(Architecture.X86_64.auditNumber(), 2000, 0, 0, 0, 0, 0, 0))
                .isEqualTo(ENOSYS);
        assertThat(kernel.answer(Architecture.X86.auditNumber(), 2000, 0, 0, 0, 0, 0, 0))
                .isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, read, 7", "X86_64, write, 7", "X86_64, getppid, 8", "X86_64, futex, 9", "X86_64, epoll_wait, 10",
        "X86_64, openat, 10", "X86_64, clock_gettime, 10", "AARCH64, read, 8", "AARCH64, write, 8",
                "AARCH64, getppid, 8"
    })
    void commonCallsTakeFewInstructions(Architecture host, String name, int most) {
        Kernel filter = kernel(host, USUAL);
        assertThat(call(filter, host, name, 0)).isEqualTo(Verdict.ALLOW);
        assertThat(filter.steps()).as("instructions for " + name).isLessThanOrEqualTo(most);
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"X86_64", "AARCH64"})
    void noCallTakesManyInstructions(Architecture host) {
        Kernel filter = kernel(host, USUAL);
        for (int number : SyscallTable.of(host).byNumber().keySet()) {
            filter.answer(host.auditNumber(), number, 0, 0, 0, 0, 0, 0);
            assertThat(filter.steps()).as("instructions for call " + number).isLessThanOrEqualTo(16);
        }
    }
}
