package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.HistoryText;
import dev.skiff.dockerfile.Instruction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthcheckTest {
    @Test
    void theShellFormIsATextForTheShell() {
        Instruction.Healthcheck check = check("HEALTHCHECK --interval=1m30s --timeout=3s --start-period=1h"
                + " --start-interval=100ms --retries=3 cmd curl -f http://x || exit 1");

        assertThat(check.test()).containsExactly("CMD-SHELL", "curl -f http://x || exit 1");
        assertThat(check.interval()).isEqualTo(Duration.ofSeconds(90));
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(check.startPeriod()).isEqualTo(Duration.ofHours(1));
        assertThat(check.startInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(check.retries()).isEqualTo(3);
        assertThat(HistoryText.healthcheck(check))
                .isEqualTo("HEALTHCHECK {Test:[CMD-SHELL curl -f http://x || exit 1] Interval:1m30s Timeout:3s"
                        + " StartPeriod:1h0m0s StartInterval:100ms Retries:3}");
    }

    @Test
    void theJsonFormIsAnArgumentVector() {
        assertThat(check("HEALTHCHECK CMD [\"a\", \"b\"]").test()).containsExactly("CMD", "a", "b");
    }

    @Test
    void noneTakesAnInheritedCheckAway() {
        assertThat(check("HEALTHCHECK NONE").test()).containsExactly("NONE");
        assertThat(problem("HEALTHCHECK NONE a")).isEqualTo("HEALTHCHECK NONE takes no arguments");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(problem("HEALTHCHECK FOO a")).isEqualTo("Unknown type \"FOO\" in HEALTHCHECK (try CMD)");
        assertThat(problem("HEALTHCHECK CMD")).isEqualTo("Missing command after HEALTHCHECK CMD");
        assertThat(problem("HEALTHCHECK CMD []")).isEqualTo("Missing command after HEALTHCHECK CMD");
        assertThat(problem("HEALTHCHECK")).isEqualTo("HEALTHCHECK requires at least one argument");
        assertThat(problem("HEALTHCHECK --interval=1us CMD a"))
                .isEqualTo("Interval \"interval\" cannot be less than 1ms");
        assertThat(problem("HEALTHCHECK --timeout=5 CMD a")).startsWith("invalid duration \"5\" for --timeout");
        assertThat(problem("HEALTHCHECK --retries=-1 CMD a")).isEqualTo("--retries cannot be negative (-1)");
        assertThat(problem("HEALTHCHECK --retries=x CMD a")).isEqualTo("--retries must be a number, not: x");
        assertThat(problem("HEALTHCHECK --intervall=1s CMD a"))
                .isEqualTo("unknown flag: --intervall (did you mean --interval?)");
    }

    @Test
    void zeroIsAllowedAndMeansInherited() {
        assertThat(check("HEALTHCHECK --interval=0 --timeout=0s CMD a").interval())
                .isZero();
    }

    private static Instruction.Healthcheck check(String text) {
        return only(Instruction.Healthcheck.class, text);
    }
}
