package dev.skiff.dockerfile;

import static dev.skiff.dockerfile.Parsing.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.DockerfileException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the history, Go's way of writing values, ports, durations. */
class TextsTest {
    @Test
    void historyOfRunShowsTheArgumentsInScope() {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("X", "9");
        arguments.put("Y", "yy");

        assertThat(HistoryText.run(arguments, List.of("/bin/sh", "-c", "echo 2")))
                .isEqualTo("RUN |2 X=9 Y=yy /bin/sh -c echo 2 # buildkit");
        assertThat(HistoryText.run(Map.of(), List.of("a", "b"))).isEqualTo("RUN a b # buildkit");
    }

    @Test
    void historyOfCopyShowsSomeFlagsAndHeredocNames() {
        assertThat(HistoryText.copy(
                        true, Optional.of("1:2"), Optional.of("755"), List.of("a", "b"), List.of("EOF"), "/x/"))
                .isEqualTo("COPY --parents --chown=1:2 --chmod=755 a b <<EOF /x/ # buildkit");
        assertThat(HistoryText.add(Optional.empty(), Optional.empty(), List.of("a"), List.of(), "/"))
                .isEqualTo("ADD a / # buildkit");
    }

    @Test
    void historyOfTheOthers() {
        assertThat(HistoryText.workdir("/w")).isEqualTo("WORKDIR /w");
        assertThat(HistoryText.env(List.of(Map.entry("A", "1"), Map.entry("B", "x y"))))
                .isEqualTo("ENV A=1 B=x y");
        assertThat(HistoryText.label(List.of(Map.entry("a", "1")))).isEqualTo("LABEL a=1");
        assertThat(HistoryText.arg(List.of(Map.entry("X", Optional.of("1")), Map.entry("Y", Optional.empty()))))
                .isEqualTo("ARG X=1 Y");
        assertThat(HistoryText.expose(List.of("443/tcp", "80/tcp"))).isEqualTo("EXPOSE [443/tcp 80/tcp]");
        assertThat(HistoryText.volume(List.of("/v1", "/v2"))).isEqualTo("VOLUME [/v1 /v2]");
        assertThat(HistoryText.cmd(List.of("sh", "-c"))).isEqualTo("CMD [\"sh\" \"-c\"]");
        assertThat(HistoryText.cmd(List.of())).isEqualTo("CMD []");
        assertThat(HistoryText.entrypoint(List.of("a\"b\n"))).isEqualTo("ENTRYPOINT [\"a\\\"b\\n\"]");
        assertThat(HistoryText.user("x")).isEqualTo("USER x");
        assertThat(HistoryText.shell(List.of("/bin/sh", "-ec"))).isEqualTo("SHELL [/bin/sh -ec]");
        assertThat(HistoryText.stopSignal("TERM")).isEqualTo("STOPSIGNAL TERM");
        assertThat(HistoryText.maintainer("x")).isEqualTo("MAINTAINER x");
    }

    @Test
    void quotingIsGos() {
        assertThat(GoText.quote("a\u0007\b\f\n\r\t\u000B\\\"\u0001\u007F\u00E9\u00A0\u200B\uD83D\uDE00\uDCFF"))
                .isEqualTo("\"a\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\x01\\x7f\u00E9\\u00a0\\u200b\uD83D\uDE00\\xff\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ns",
        "1500, 1.5\u00B5s",
        "100000000, 100ms",
        "1500000000, 1.5s",
        "60000000000, 1m0s",
        "90000000000, 1m30s",
        "3600000000000, 1h0m0s",
        "-5000000000, -5s"
    })
    void durationsAreGos(long nanos, String text) {
        assertThat(GoText.duration(Duration.ofNanos(nanos))).isEqualTo(text);
        assertThat(GoDuration.parse(text)).contains(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5x", "s", ".s", "1.5.5s", "1h 2m", "-", "99999999999h", "1e3s"})
    void whatIsNoDurationIsNone(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }

    @Test
    void aDurationMayHaveSeveralParts() {
        assertThat(GoDuration.parse("1h2m3.5s")).contains(Duration.ofMillis(3_723_500));
        assertThat(GoDuration.parse(".5s")).contains(Duration.ofMillis(500));
        assertThat(GoDuration.parse("0")).contains(Duration.ZERO);
    }

    @Test
    void portsAreExpandedAndFoldedInTheOrderGiven() {
        assertThat(ports("80", "443/TCP", "80/tcp", "8000-8002/udp", "127.0.0.1:9:90", "5:53/udp", "0"))
                .containsExactly(
                        "80/tcp", "443/tcp", "80/tcp", "8000/udp", "8001/udp", "8002/udp", "90/tcp", "53/udp", "0/tcp");
    }

    @ParameterizedTest
    @CsvSource({
        "90-80, invalid containerPort: 90-80",
        "x, invalid containerPort: x",
        "65536, invalid containerPort: 65536",
        "1-2-3, invalid containerPort: 1-2-3",
        "-1, invalid containerPort: -1",
        "80/xyz, 'invalid port: \"80/xyz\": invalid proto: xyz'",
        "80/tcpp, 'invalid port: \"80/tcpp\": invalid proto: tcpp (did you mean tcp?)'",
        "/tcp, 'invalid port: \"/tcp\": no port specified'",
        "x:80, invalid hostPort: x"
    })
    void whatIsNoPortIsRefused(String word, String problem) {
        DockerfileException thrown = catchThrowableOfType(DockerfileException.class, () -> ports(word));

        assertThat(thrown.problem()).isEqualTo(problem);
        assertThat(thrown.line()).isEqualTo(2);
    }

    @Test
    void rangesGivenOverAndOverAreRefused() {
        String[] words = new String[50];
        for (int i = 0; i < words.length; i++) {
            words[i] = i + "-65535";
        }
        assertThat(catchThrowableOfType(DockerfileException.class, () -> ports(words))
                        .problem())
                .startsWith("more ports than there are");
        assertThat(ports("0-65535", "0-65535/udp", "0-65535/sctp")).hasSize(3 * 65_536);
    }

    @Test
    void bytesThatAreNotUtf8SurviveAsText() {
        byte[] bytes = {'a', (byte) 0xFF, (byte) 0xC3, (byte) 0xA9, (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xC3};

        assertThat(ByteText.decode(bytes)).startsWith("a\uDCFF\u00E9").endsWith("\uDCC3");
        assertThat(ByteText.encode(ByteText.decode(bytes))).isEqualTo(bytes);
        assertThat(ByteText.decode("\u00E9\uD83D\uDE00".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("\u00E9\uD83D\uDE00");
        assertThat(ByteText.encode("\uD83D\uDC80\uDC80")).endsWith((byte) 0x80).hasSize(5);
    }

    private static List<String> ports(String... words) {
        return ExposedPorts.of(only(Instruction.Expose.class, "EXPOSE $x"), List.of(words));
    }
}
