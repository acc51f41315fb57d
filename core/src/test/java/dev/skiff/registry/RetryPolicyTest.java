package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private final RetryPolicy policy = new RetryPolicy(Duration.ofMillis(100));
    private final Deadline minute = Deadline.in(Duration.ofMinutes(1));

    @Test
    void pausesDoubleAndEndAfterThree() {
        assertThat(policy.pause(1, minute, Optional.empty())).hasValue(Duration.ofMillis(100));
        assertThat(policy.pause(3, minute, Optional.empty())).hasValue(Duration.ofMillis(400));
        assertThat(policy.pause(4, minute, Optional.empty())).isEmpty();
    }

    @Test
    void theRegistryMayAskForItsOwnPause() {
        assertThat(policy.pause(1, minute, Optional.of("7"))).hasValue(Duration.ofSeconds(7));
        assertThat(policy.pause(1, minute, Optional.of("soon"))).hasValue(Duration.ofMillis(100));
    }

    @Test
    void aPauseNobodyWantsToSitThroughEndsTheMatter() {
        assertThat(policy.pause(1, minute, Optional.of("3600"))).isEmpty();
        assertThat(policy.pause(1, Deadline.in(Duration.ofSeconds(2)), Optional.of("5")))
                .isEmpty();
    }

    @Test
    void aDateIsAPauseToo() {
        String inTenSeconds = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(10));

        assertThat(RetryPolicy.parse(inTenSeconds).orElseThrow())
                .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(10));
        assertThat(RetryPolicy.parse("Thu, 01 Jan 1970 00:00:00 GMT")).hasValue(Duration.ZERO);
    }
}
