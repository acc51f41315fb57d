package dev.skiff.samples.hellonode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void isThere() {
        assertThat(Sample.class).isNotNull();
    }
}
