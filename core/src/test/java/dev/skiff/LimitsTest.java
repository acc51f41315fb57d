package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void everyStepIsANewValueAndTheLastOfOneNameWins() {
        Limits base = Limits.none().memory(1 << 20);
        assertThat(base.memory(2 << 20).cpus(0.5)).hasToString("memory=2097152 cpus=0.5");
        assertThat(base).hasToString("memory=1048576").isEqualTo(Limits.none().memory(1 << 20));
        assertThat(Limits.none()).hasToString("none");
    }

    @Test
    void allThatWasSaidIsInTheText() {
        assertThat(Limits.none()
                        .memory(1 << 20)
                        .memoryAndSwap(2 << 20)
                        .memoryReservation(5)
                        .cpuShares(2)
                        .cpuset("0-1")
                        .processes(Limits.UNLIMITED)
                        .ioWeight(10))
                .hasToString("memory=1048576 memoryAndSwap=2097152 memoryReservation=5 cpuShares=2 cpuset=0-1"
                        + " processes=unlimited ioWeight=10");
    }

    @Test
    void whatCannotBeMeantIsRefusedByNameAndValue() {
        List<ThrowingCallable> wrong = List.of(
                () -> Limits.none().memory(1024),
                () -> Limits.none().memory(4 << 20).memoryAndSwap(2 << 20),
                () -> Limits.none().cpus(0),
                () -> Limits.none().cpus(Double.NaN),
                () -> Limits.none().cpuShares(1),
                () -> Limits.none().cpuset("0-"),
                () -> Limits.none().cpuset("0,".repeat(100_000)),
                () -> Limits.none().processes(0),
                () -> Limits.none().ioWeight(5));
        for (ThrowingCallable each : wrong) {
            assertThatThrownBy(each).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
