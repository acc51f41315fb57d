package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.failure;
import static dev.skiff.dockerfile.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.skiff.DockerfileException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Input made to exhaust: each is refused at once. */
class LimitsTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    @Test
    void aLineAsLongAsAllowedIsParsedAndOneByteMoreIsNot() {
        String start = "FROM a\nRUN ";
        String line = "x".repeat(65_535 - 4);

        assertThat(parse(start + line + "\n").stages()).hasSize(1);
        assertThat(failure(start + line + "y\n").problem())
                .isEqualTo("dockerfile line greater than max allowed size of 65535");
        assertThat(failure(start + line + "y").line()).isEqualTo(2);
    }

    @Test
    void theLimitOfALineIsInBytes() {
        assertThat(failure("FROM a\nRUN " + "\u00E9".repeat(33_000)).problem()).contains("max allowed size");
    }

    @Test
    void aLineOfFiveMegabytesIsRefused() {
        refusedInTime("FROM a\nRUN " + "x".repeat(4_000_000));
        refusedInTime("FROM a\nRUN " + "x".repeat(5_000_000));
    }

    @Test
    void aFileOfTenMegabytesIsRefused() {
        assertThat(refusedInTime("FROM a\n" + ("# " + "x".repeat(998) + "\n").repeat(10_000))
                        .problem())
                .contains("more than the");
    }

    @Test
    void aHundredThousandLinesAreRefused() {
        assertThat(refusedInTime("FROM a\n" + "RUN a\n".repeat(100_000)).problem())
                .contains("lines allowed");
    }

    @Test
    void asManyLinesAsAllowedAreParsedInTime() {
        String text = "FROM a\n" + "COPY --from=a a b /c/\n".repeat(49_999);

        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThat(parse(text).stages()).hasSize(1));
    }

    @Test
    void aLongContinuationIsParsedInTime() {
        String text = "FROM a\nCOPY " + "a \\\n".repeat(49_000) + " /b/\n";

        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThat(parse(text).stages()).hasSize(1));
    }

    @Test
    void binaryDataIsRefused() {
        DockerfileException thrown = failure("FROM a\nRUN \0\n");

        assertThat(thrown.problem()).startsWith("binary data");
        assertThat(thrown.line()).isEqualTo(2);
    }

    private static DockerfileException refusedInTime(String text) {
        return assertTimeoutPreemptively(A_SECOND, () -> failure(text));
    }
}
