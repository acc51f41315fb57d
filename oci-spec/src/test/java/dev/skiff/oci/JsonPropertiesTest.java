package dev.skiff.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import dev.skiff.oci.runtime.Spec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonPropertiesTest {
    private static final Map<String, Class<? extends Record>> DOCUMENTS = Map.of(
            "oci-manifest", Manifest.class,
            "oci-index", Index.class,
            "node-config", ImageConfig.class,
            "runtime-config", Spec.class);

    @Property(tries = 200)
    void whatIsWrittenIsReadBackEqual(@ForAll("records") Record value) {
        byte[] written = Json.write(value);

        Record read = Json.read(written, value.getClass());

        assertThat(read).isEqualTo(value).hasSameHashCodeAs(value);
        assertThat(Json.write(read)).as("equal values, equal bytes").isEqualTo(written);
    }

    @Property(tries = 500)
    void anyBytesEndInAValueOrInOurException(@ForAll byte[] bytes, @ForAll("types") Class<? extends Record> type) {
        readOrReject(bytes, type);
    }

    @Property(tries = 1000)
    void anyDamageEndsInAValueOrInOurException(@ForAll("damaged") Map.Entry<String, byte[]> document) {
        readOrReject(document.getValue(), DOCUMENTS.get(document.getKey()));
    }

    private static void readOrReject(byte[] bytes, Class<? extends Record> type) {
        try {
            Record value = Json.read(bytes, type);
            assertThat(Json.read(Json.write(value), type)).isEqualTo(value);
        } catch (JsonException e) {
            assertThat(e.path()).startsWith("$");
            assertThat(e).hasMessageStartingWith(e.path() + ": ");
        }
    }

    @Provide
    Arbitrary<Record> records() {
        return types().flatMap(type -> RandomRecords.of(type).map(Record.class::cast));
    }

    @Provide
    Arbitrary<Class<? extends Record>> types() {
        return Arbitraries.of(List.copyOf(DOCUMENTS.values()));
    }

    /** A good document of which a stretch has been cut out, or repeated, or overwritten. */
    @Provide
    Arbitrary<Map.Entry<String, byte[]>> damaged() {
        return Arbitraries.of(DOCUMENTS.keySet()).flatMap(name -> {
            byte[] good = Corpus.document(name);
            Arbitrary<Integer> from = Arbitraries.integers().between(0, good.length - 1);
            Arbitrary<Integer> length = Arbitraries.integers().between(0, 40);
            Arbitrary<String> with =
                    Arbitraries.of("", "0", "\"", "}", "]", "null", "[{", "-", "\\u0000", "\u00e9", "{}");
            return Combinators.combine(from, length, with)
                    .as((start, cut, text) -> Map.entry(name, splice(good, start, cut, text)));
        });
    }

    private static byte[] splice(byte[] good, int start, int cut, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(good, 0, start);
        bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        int rest = Math.min(good.length, start + cut);
        bytes.write(good, rest, good.length - rest);
        return bytes.toByteArray();
    }
}
