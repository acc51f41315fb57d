package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.Limits;
import dev.skiff.Safeguard;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsWriterTest {
    private static final Set<String> ALL = Set.of("cpu", "cpuset", "io", "memory", "pids");
    private static final Resources BASE = Resources.none().withPids(Pids.of(2048));

    private static Resources write(Limits limits) {
        return new LimitsWriter(limits, Allowance.ofNothing(), ALL, true).addTo(BASE);
    }

    @Test
    void whatIsNotSaidStaysAsItIs() {
        assertThat(write(Limits.none())).isEqualTo(BASE);
        assertThat(write(Limits.none().processes(Limits.UNLIMITED)).pids()).contains(Pids.of(-1));
    }

    @Test
    void memoryIsMemoryAndNoSwapOnTop() {
        assertThat(write(Limits.none().memory(1 << 20)).memory())
                .contains(Memory.none().withLimit(1 << 20).withSwap(1 << 20));
        assertThat(write(Limits.none().memory(1 << 20).memoryAndSwap(3 << 20)).memory())
                .contains(Memory.none().withLimit(1 << 20).withSwap(3 << 20));
    }

    @Test
    void whereSwapIsNotCountedMemoryIsLimitedAlone() {
        assertThat(new LimitsWriter(Limits.none().memory(1 << 20), Allowance.ofNothing(), ALL, false)
                        .addTo(BASE)
                        .memory())
                .contains(Memory.none().withLimit(1 << 20));
    }

    @Test
    void processorsAreAShareOfATenthOfASecond() {
        assertThat(write(Limits.none().cpus(1.5).cpuset("0")).cpu())
                .contains(Cpu.none().withPeriod(100_000).withQuota(150_000).withCpus("0"));
    }

    /** DESIGN: weaker than asked is an error, unless the caller has allowed it by name. */
    @ParameterizedTest
    @EnumSource(
            value = Safeguard.class,
            names = {"APPARMOR", "SELINUX"},
            mode = EnumSource.Mode.EXCLUDE)
    void aLimitThatCannotBeHadIsAnErrorUnlessItIsNamedAsOneThatMayBeLacking(Safeguard safeguard) {
        Limits limits = asking(safeguard);
        assertThatThrownBy(() -> new LimitsWriter(limits, Allowance.ofNothing(), without(safeguard), false).addTo(BASE))
                .isInstanceOfSatisfying(
                        MissingSafeguard.class,
                        missing -> assertThat(missing.safeguard()).isEqualTo(safeguard))
                .hasMessageStartingWith("limit ");
        Set<Safeguard> others = EnumSet.complementOf(EnumSet.of(safeguard));
        assertThatThrownBy(() -> new LimitsWriter(limits, new Allowance(others), without(safeguard), false).addTo(BASE))
                .as("what was allowed to be lacking is something else")
                .isInstanceOf(MissingSafeguard.class);
        Allowance allowance = new Allowance(Set.of(safeguard));
        assertThat(new LimitsWriter(limits, allowance, without(safeguard), false)
                        .addTo(BASE)
                        .memory()
                        .flatMap(Memory::swap))
                .isEmpty();
        assertThat(allowance.lacking()).containsExactly(safeguard);
    }

    @Test
    void thatProcessesAreNotBoundedNeedsNoController() {
        Limits limits = Limits.none().processes(Limits.UNLIMITED);
        assertThat(new LimitsWriter(limits, Allowance.ofNothing(), Set.of(), false).addTo(Resources.none()))
                .isEqualTo(Resources.none());
    }

    private static Limits asking(Safeguard safeguard) {
        return switch (safeguard) {
            case MEMORY_LIMIT -> Limits.none().memoryReservation(1 << 20);
            case SWAP_LIMIT -> Limits.none().memory(1 << 20).memoryAndSwap(2 << 20);
            case CPU_LIMIT -> Limits.none().cpuShares(512);
            case CPU_SET -> Limits.none().cpuset("0");
            case PROCESS_LIMIT -> Limits.none().processes(5);
            case IO_WEIGHT -> Limits.none().ioWeight(50);
            case APPARMOR, SELINUX -> throw new AssertionError(safeguard + " is no limit");
        };
    }

    private static Set<String> without(Safeguard safeguard) {
        Set<String> controllers = new TreeSet<>(ALL);
        controllers.remove(
                switch (safeguard) {
                    case MEMORY_LIMIT -> "memory";
                    case CPU_LIMIT -> "cpu";
                    case CPU_SET -> "cpuset";
                    case PROCESS_LIMIT -> "pids";
                    case IO_WEIGHT -> "io";
                    case SWAP_LIMIT, APPARMOR, SELINUX -> "";
                });
        return controllers;
    }
}
