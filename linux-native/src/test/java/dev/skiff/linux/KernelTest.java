package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelTest {
    @Test
    void isThere() {
        assertThat(Kernel.class).isNotNull();
    }
}
