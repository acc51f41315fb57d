package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogLineTest {
    @Test
    void printsAsALogDoes() {
        LogLine line = new LogLine(
                LogLine.Source.STDERR, Instant.parse("2026-11-23T17:04:05.000000001Z"), "listening on 3000");

        assertThat(line).hasToString("2026-11-23T17:04:05.000000001Z stderr listening on 3000");
    }
}
