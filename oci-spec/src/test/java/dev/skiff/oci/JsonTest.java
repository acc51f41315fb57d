package dev.skiff.oci;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.oci.internal.Records;
import dev.skiff.oci.runtime.Capability;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    /** One of everything that a document can be made of. */
    record Sample(
            String name,
            int count,
            @JsonField(unsigned = true) Optional<Long> unsigned,
            boolean flag,
            Optional<Instant> time,
            Optional<Duration> pause,
            Optional<Reference> image,
            List<Sample> children,
            Map<String, Long> sizes,
            Set<Capability> capabilities,
            @JsonField(value = "Keys", keys = true) Set<String> keys,
            UnknownFields extra) {}

    /** As the records of other modules are: without a place for what they do not know. */
    record Plain(String name) {}

    @Test
    void emptyAndFalseAreNotWrittenAndTheRestIsInOrder() {
        Sample bare = read("{\"name\":\"a\",\"count\":0}");

        assertThat(Json.write(bare)).asString().isEqualTo("{\"name\":\"a\",\"count\":0}");
    }

    @Test
    void nullStandsForEmptyAsWritersInGoSpellIt() {
        Sample sample = read("{\"name\":\"a\",\"count\":0,\"time\":null,\"flag\":null,\"children\":null,\"sizes\":null,"
                + "\"Keys\":{\"b\":null,\"a\":{}}}");

        assertThat(Json.write(sample))
                .asString()
                .isEqualTo("{\"name\":\"a\",\"count\":0,\"Keys\":{\"a\":{},\"b\":{}}}");
    }

    @Test
    void equalMapsGiveEqualBytesWhateverTheirOrder() {
        Map<String, Long> forth = new LinkedHashMap<>();
        Map<String, Long> back = new LinkedHashMap<>();
        for (long i = 0; i < 50; i++) {
            forth.put("key" + i, i);
            back.put("key" + (49 - i), 49 - i);
        }
        Sample sample = read("{\"name\":\"a\",\"count\":0}");

        assertThat(Json.write(withSizes(sample, forth))).isEqualTo(Json.write(withSizes(sample, back)));
    }

    @Test
    void unknownFieldsSurviveAtEveryLevelToTheDigit() {
        String document = "{\"name\":\"a\",\"count\":0,\"children\":[{\"name\":\"b\",\"count\":1,"
                + "\"x\":{\"n\":1.50,\"big\":123456789012345678901234567890,\"no\":null}}],\"y\":[true,-2E-7]}";

        assertThat(Json.write(read(document))).asString().isEqualTo(document);
        assertThat(read(document)).isNotEqualTo(read(document.replace("1.50", "1.51")));
        assertThat(read(document).extra().names()).containsExactly("y");
        assertThat(read(document).extra()).hasToString("[y]");
    }

    @Test
    void aRecordWithoutAPlaceForUnknownFieldsDropsThem() {
        assertThat(Json.read(bytes("{\"x\":1,\"name\":\"a\"}"), Plain.class)).isEqualTo(new Plain("a"));
    }

    @Test
    void onlyWhatMustBeIsEscaped() {
        byte[] written = Json.write(new Plain("<a href='x'>&\u2028\ud83d\ude00\u007f</a>\"\\\n\u0001"));

        assertThat(new String(written, UTF_8))
                .isEqualTo("{\"name\":\"<a href='x'>&\u2028\ud83d\ude00\u007f</a>\\\"\\\\\\n\\u0001\"}");
    }

    @Test
    void anErrorNamesThePlaceWhatWasExpectedAndWhatWasFound() {
        rejected("{\"name\":\"a\",\"count\":0,\"children\":[{\"name\":\"b\",\"count\":\"7\"}]}")
                .hasMessage("$.children[0].count: expected a whole number from -2147483648 to 2147483647, found \"7\"");
        rejected("{\"name\":7,\"count\":0}").hasMessage("$.name: expected a string, found 7");
        rejected("{\"name\":null,\"count\":0}").hasMessage("$.name: expected a string, found null");
        rejected("{\"name\":\"a\"}").hasMessage("$.count: expected, but not there");
        rejected("{\"name\":\"a\",\"count\":0,\"flag\":\"true\"}")
                .hasMessage("$.flag: expected true or false, found \"true\"");
        rejected("{\"name\":\"a\",\"count\":0,\"sizes\":[]}").hasMessage("$.sizes: expected an object, found an array");
        rejected("{\"name\":\"a\",\"count\":0,\"children\":{}}")
                .hasMessage("$.children: expected an array, found an object");
        rejected("{\"name\":\"a\",\"count\":0,\"sizes\":{\"a.b \\\"\":1.5}}")
                .hasMessage("$.sizes[\"a.b \\\"\"]: expected a whole number from -9223372036854775808 to"
                        + " 9223372036854775807, found 1.5");
        rejected("{\"name\":\"a\",\"count\":0,\"time\":\"yesterday\"}")
                .hasMessageStartingWith("$.time: expected a time such as 2024-05-01T12:30:00Z, found \"yesterday\"");
        rejected("[]").hasMessage("$: expected an object, found an array");
        rejected("{\"name\":\"a\",,}")
                .hasMessageStartingWith("$: not JSON: Unexpected character (','")
                .hasMessageMatching(".*\\(line 1, column 1[34]\\)");
    }

    @Test
    void anErrorDoesNotCarryTextOfStrangersToTheTerminal() {
        rejected("{\"name\":\"a\",\"count\":\"\\u001b[2J\\u202e" + "x".repeat(500) + "\"}")
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThan(200)
                        .doesNotContain("\u001b", "\u202e")
                        .contains("?[2J?xxx"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "18446744073709551616", "1.0", "1e3", "\"1\"", "true"})
    void anUnsignedNumberIsNothingElse(String number) {
        rejected("{\"name\":\"a\",\"count\":0,\"unsigned\":" + number + "}").hasMessageStartingWith("$.unsigned: ");
    }

    @Test
    void unsignedNumbersReachToTheirEnd() {
        Sample most = read("{\"name\":\"a\",\"count\":0,\"unsigned\":18446744073709551615}");

        assertThat(most.unsigned()).contains(-1L);
        assertThat(Json.write(most)).asString().contains("\"unsigned\":18446744073709551615");
    }

    /** CVE-2021-41190: readers that disagree about a document, for they take the first or the last of two equal keys. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"name\":\"b\",\"count\":0}",
                "{\"name\":\"a\",\"n\\u0061me\":\"b\",\"count\":0}",
                "{\"name\":\"a\",\"count\":0,\"x\":{\"y\":null,\"y\":null}}",
                "{\"name\":\"a\",\"count\":0,\"sizes\":{\"k\":1,\"k\":1}}",
            })
    void cve202141190KeyGivenTwice(String document) {
        rejected(document).hasMessageEndingWith(": given twice in one object");
    }

    /** CVE-2021-41190 once more: to Go, field names are the same in upper and lower case. */
    @Test
    void cve202141190KeyThatDiffersInCaseOnly() {
        rejected("{\"name\":\"a\",\"count\":0,\"Name\":\"b\"}").hasMessageStartingWith("$.Name: differs only in case");
        rejected("{\"name\":\"a\",\"count\":0,\"keys\":{}}").hasMessageStartingWith("$.keys: differs only in case");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}x", "{},", "{}]", "{}\0"})
    void nothingMayFollowTheDocument(String document) {
        rejected(document).hasMessageStartingWith("$: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "[", "nul", "'a'", "{a:1}", "{\"a\":1,}", "// x\n{}", "NaN", "+1", "01", "\ufeff{}"
            })
    void onlyJsonIsJson(String document) {
        rejected(document);
    }

    @Test
    void onlyUtf8IsUtf8() {
        assertThatThrownBy(() -> Json.read("{\"name\":\"a\"}".getBytes(UTF_16), Plain.class))
                .isInstanceOf(JsonException.class)
                .hasMessage("$: expected UTF-8, found other bytes");
        byte[] overlong = {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'};
        assertThatThrownBy(() -> Json.read(overlong, Plain.class)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00\\ud800", "\\ud800x"})
    void halfACharacterIsRejectedForItCouldNotBeWritten(String escape) {
        assertThatThrownBy(() -> Json.read(bytes("{\"name\":\"" + escape + "\"}"), Plain.class))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("half a surrogate pair");
        assertThatThrownBy(() -> Json.read(bytes("{\"name\":\"a\",\"" + escape + "\":1}"), Plain.class))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.write(new Plain("\ud800"))).isInstanceOf(IllegalArgumentException.class);
    }

    /** CVE-2020-1702: a manifest without end, read into memory until there was none left. */
    @Test
    void cve20201702UnboundedDocument() {
        InputStream endless = new InputStream() {
            private long given;

            @Override
            public int read() {
                assertThat(++given).isLessThanOrEqualTo(Json.MAX_BYTES + 1L);
                return ' ';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                given += length;
                assertThat(given).isLessThan(2L * Json.MAX_BYTES);
                return length;
            }
        };

        assertThatThrownBy(() -> Json.read(endless, Manifest.class))
                .isInstanceOf(JsonException.class)
                .hasMessage("$: longer than 4194304 bytes");
    }

    @Test
    void aDocumentOfExactlyTheLimitIsRead() throws Exception {
        byte[] most = new byte[Json.MAX_BYTES];
        Arrays.fill(most, (byte) ' ');
        byte[] document = bytes("{\"name\":\"a\"}");
        System.arraycopy(document, 0, most, 0, document.length);

        assertThat(Json.read(new ByteArrayInputStream(most), Plain.class)).isEqualTo(new Plain("a"));
    }

    /** CVE-2020-1702 once more: few bytes that take much memory, or much time. */
    @Test
    void cve20201702SmallDocumentThatGrows() {
        rejected("[".repeat(100_000)).hasMessageContaining("nesting depth");
        rejected("{\"a\":".repeat(100_000)).hasMessageContaining("nesting depth");
        rejected("[" + "[],".repeat(1_000_000) + "0]").hasMessageContaining("more than 250000 values");
        rejected("1" + "0".repeat(1_000_000))
                .hasMessageContaining("exceeds the maximum")
                .hasMessageContaining("(100");
        rejected("[1e" + "9".repeat(90) + "]").hasMessageContaining("$[0]: a number out of all bounds");
        rejected("\"" + "x".repeat(2_000_000) + "\"")
                .hasMessageContaining("exceeds the maximum")
                .hasMessageContaining("(1048576");
    }

    @Test
    void whatCouldNotBeReadIsNotWritten() {
        Plain huge = new Plain("x".repeat(Json.MAX_BYTES));

        assertThatThrownBy(() -> Json.write(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("documents end at 4194304");
    }

    @Test
    void whatTheRecordRejectsIsRejectedAtItsPlace() {
        String manifest = new String(Corpus.document("docker-manifest"), UTF_8).replace("39645732", "-1");

        assertThatThrownBy(() -> Json.read(bytes(manifest), Manifest.class))
                .isInstanceOf(JsonException.class)
                .hasMessage("$.layers[1]: size must not be negative, got -1");
    }

    /** CVE-2024-3727: a digest such as {@code sha256:../../etc} became part of a path. */
    @Test
    void cve20243727DigestUsedAsPath() {
        assertThatThrownBy(() -> Json.read(
                        bytes("{\"mediaType\":\"a/b\",\"digest\":\"sha256:../../../etc/passwd\",\"size\":1}"),
                        Descriptor.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$.digest: expected a digest such as sha256:<64 hex digits>, found"
                        + " \"sha256:../../../etc/passwd\"");
    }

    private static Sample withSizes(Sample sample, Map<String, Long> sizes) {
        return Records.with(sample, "sizes", sizes);
    }

    private static Sample read(String document) {
        return Json.read(bytes(document), Sample.class);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> rejected(String document) {
        return assertThatThrownBy(() -> read(document)).isInstanceOf(JsonException.class);
    }

    private static byte[] bytes(String document) {
        return document.getBytes(UTF_8);
    }
}
