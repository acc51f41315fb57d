package dev.skiff.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
    @ParameterizedTest
    @CsvSource({"0, {0}", "'0-3,7', '{0, 1, 2, 3, 7}'", "'2,1,2', '{1, 2}'", "64, {64}"})
    void aListIsABitForEachProcessor(String list, String bits) {
        byte[] mask = CpuList.mask(list);
        assertThat(BitSet.valueOf(mask)).hasToString(bits);
        assertThat(mask.length % 8).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "3-1", "a", "1,", "0x1", "-1", "8192", "99999", "1-2-3", "\u0661"})
    void whatIsNoListIsRefused(String list) {
        assertThatThrownBy(() -> CpuList.mask(list)).isInstanceOf(IllegalArgumentException.class);
    }

    /** CVE-2018-20699: a list of any length must not take memory without end. */
    @Test
    void aListWithoutEndIsRefused() {
        String endless = "0-8191,".repeat(1 << 20) + "0";
        assertThatThrownBy(() -> CpuList.mask(endless)).isInstanceOf(IllegalArgumentException.class);
    }
}
