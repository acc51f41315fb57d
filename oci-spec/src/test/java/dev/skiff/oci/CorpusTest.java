package dev.skiff.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import dev.skiff.oci.runtime.Spec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents of the kind that registries and other tools hand us, read and written whole. */
class CorpusTest {
    private static Arguments[] documents() {
        return new Arguments[] {
            Arguments.of("docker-manifest", Manifest.class),
            Arguments.of("oci-descriptor", Descriptor.class),
            Arguments.of("oci-manifest", Manifest.class),
            Arguments.of("oci-artifact", Manifest.class),
            Arguments.of("oci-index", Index.class),
            Arguments.of("node-config", ImageConfig.class),
            Arguments.of("oci-layout", ImageLayout.class),
            Arguments.of("runtime-config", Spec.class)
        };
    }

    @ParameterizedTest
    @MethodSource("documents")
    <T extends Record> void nothingIsLostOnTheWayThrough(String name, Class<T> type) {
        T read = Json.read(Corpus.document(name), type);

        assertThat(Json.read(Json.write(read), type)).isEqualTo(read);
    }

    @ParameterizedTest
    @MethodSource("documents")
    <T extends Record> void theBytesAreTheOnesOfYesterday(String name, Class<T> type) {
        byte[] written = Json.write(Json.read(Corpus.document(name), type));

        assertThat(new String(written, UTF_8))
                .as("written anew by: mvn -pl oci-spec test -Dtest=CorpusTest -Dgolden.update")
                .isEqualTo(new String(Corpus.golden(name, written), UTF_8));
    }
}
