package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.Limits;
import dev.skiff.linux.MissingControllerException;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitsWriterTest {
    private static final Set<String> ALL = Set.of("cpu", "cpuset", "io", "memory", "pids");
    private static final Resources BASE = Resources.none().withPids(Pids.of(2048));

    private static Resources write(Limits limits) {
        return new LimitsWriter(limits, ALL, true).addTo(BASE);
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
        assertThat(new LimitsWriter(Limits.none().memory(1 << 20), ALL, false)
                        .addTo(BASE)
                        .memory())
                .contains(Memory.none().withLimit(1 << 20));
    }

    @Test
    void processorsAreAShareOfATenthOfASecond() {
        assertThat(write(Limits.none().cpus(1.5).cpuset("0")).cpu())
                .contains(Cpu.none().withPeriod(100_000).withQuota(150_000).withCpus("0"));
    }

    @Test
    void aLimitThatCannotBeHadIsAnErrorUnlessItMayBeLeftOut() {
        Limits limits = Limits.none().memory(1 << 20).processes(5);
        assertThatThrownBy(() -> new LimitsWriter(limits, Set.of("pids"), true).addTo(BASE))
                .isInstanceOf(MissingControllerException.class)
                .hasMessageContaining("memory");
        assertThat(new LimitsWriter(limits.ifPossible(), Set.of("pids"), true).addTo(BASE))
                .isEqualTo(Resources.none().withPids(Pids.of(5)));
    }
}
