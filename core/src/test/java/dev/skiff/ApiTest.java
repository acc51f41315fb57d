package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApiTest {
    @Test
    void isThere() {
        assertThat(Api.class).isNotNull();
    }
}
