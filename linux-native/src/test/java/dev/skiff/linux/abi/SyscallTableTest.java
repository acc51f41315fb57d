package dev.skiff.linux.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyscallTableTest {
    @ParameterizedTest
    @CsvSource({
        "X86_64, execve, 59",
        "X86, execve, 11",
        "AARCH64, execve, 221",
        "ARM, execve, 11",
        "X86_64, clone3, 435",
        "AARCH64, clone3, 435",
        "X86, socketcall, 102",
        "ARM, set_tls, 983045",
        "X86_64, uretprobe, 335",
        "AARCH64, openat2, 437",
        "ARM, sync_file_range2, 341",
        "X86, file_setattr, 469"
    })
    void eachArchitectureHasNumbersOfItsOwn(Architecture architecture, String name, int number) {
        assertThat(SyscallTable.of(architecture).number(name)).isEqualTo(number);
        assertThat(SyscallTable.of(architecture).name(number)).hasValue(name);
    }

    @Test
    void x32NumbersCarryTheirBit() {
        assertThat(SyscallTable.of(Architecture.X32).number("read")).isEqualTo(0x4000_0000);
        assertThat(SyscallTable.of(Architecture.X32).number("execve")).isEqualTo(0x4000_0000 + 520);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void everyNumberHasANameThatLeadsBackToIt(Architecture architecture) {
        SyscallTable table = SyscallTable.of(architecture);
        assertThat(table.byNumber()).hasSizeGreaterThan(300);
        table.byNumber()
                .forEach((number, name) ->
                        assertThat(table.number(name)).as(name).isEqualTo(number));
    }

    @Test
    void twoNamesForOneCallAreBothKnown() {
        SyscallTable arm = SyscallTable.of(Architecture.ARM);
        assertThat(arm.number("arm_sync_file_range")).isEqualTo(arm.number("sync_file_range2"));
    }

    @Test
    void namesThatAnArchitectureLacksAreEmptyOrRefused() {
        SyscallTable aarch64 = SyscallTable.of(Architecture.AARCH64);
        assertThat(aarch64.find("open")).isEmpty();
        assertThat(aarch64.name(100_000)).isEmpty();
        assertThatThrownBy(() -> aarch64.number("fork"))
                .hasMessage("no system call \"fork\" on AARCH64 up to Linux 6.18");
    }
}
