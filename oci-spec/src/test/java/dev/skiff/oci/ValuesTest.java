package dev.skiff.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void isThere() {
        assertThat(Values.class).isNotNull();
    }
}
