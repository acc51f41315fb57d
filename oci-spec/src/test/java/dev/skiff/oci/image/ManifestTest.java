package dev.skiff.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Corpus;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final byte[] CONFIG = "{}".getBytes(UTF_8);

    @Test
    void aManifestMadeHereSaysWhatItIs() {
        Descriptor layer = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, "layer".getBytes(UTF_8));
        Manifest manifest = Manifest.of(Descriptor.of(MediaTypes.OCI_CONFIG, CONFIG), List.of())
                .plusLayer(layer);

        assertThat(Json.write(manifest))
                .asString()
                .isEqualTo("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":"
                        + "\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2},"
                        + "\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\""
                        + Digest.sha256("layer".getBytes(UTF_8)) + "\",\"size\":5}]}");
    }

    /** CVE-2021-41190: one document, one digest, and some took it for a manifest, others for an index. */
    @ParameterizedTest
    @ValueSource(strings = {"\"manifests\":[]", "\"manifests\":null", "\"fsLayers\":[]"})
    void cve202141190ManifestThatIsAnIndexToo(String field) {
        String document = new String(Corpus.document("oci-manifest"), UTF_8).replaceFirst("\\{", "{" + field + ",");

        assertThatThrownBy(() -> Json.read(document.getBytes(UTF_8), Manifest.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$: the manifest cannot have ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"layers\":[]", "\"layers\":null", "\"config\":{}", "\"fsLayers\":[]"})
    void cve202141190IndexThatIsAManifestToo(String field) {
        String document = new String(Corpus.document("oci-index"), UTF_8).replaceFirst("\\{", "{" + field + ",");

        assertThatThrownBy(() -> Json.read(document.getBytes(UTF_8), Index.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$: the index cannot have ");
    }

    /** CVE-2021-41190: what a document says of itself, and what the descriptor or the registry said of it. */
    @Test
    void cve202141190MediaTypeInsideMustBeTheOneOutside() {
        byte[] docker = Corpus.document("docker-manifest");
        byte[] index = Corpus.document("oci-index");
        byte[] silent = Corpus.document("oci-manifest");

        assertThat(Manifest.read(docker, MediaTypes.DOCKER_MANIFEST).layers()).hasSize(3);
        assertThat(Manifest.read(silent, MediaTypes.OCI_MANIFEST).layers()).hasSize(2);
        assertThat(Index.read(index, MediaTypes.OCI_INDEX).manifests()).hasSize(6);
        assertThatThrownBy(() -> Manifest.read(docker, MediaTypes.OCI_MANIFEST))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$.mediaType: expected " + MediaTypes.OCI_MANIFEST);
        assertThatThrownBy(() -> Manifest.read(silent, MediaTypes.DOCKER_MANIFEST))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Index.read(index, MediaTypes.DOCKER_LIST)).isInstanceOf(JsonException.class);
    }

    @Test
    void cve202141190MediaTypeOfSomethingElse() {
        String index = new String(Corpus.document("oci-index"), UTF_8);
        String lying = index.replaceFirst(MediaTypes.OCI_INDEX.replace("+", "\\+"), MediaTypes.OCI_MANIFEST);

        assertThatThrownBy(() -> Json.read(lying.getBytes(UTF_8), Index.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$: mediaType is not that of the index");
    }

    @Test
    void anImageOfSchemaOneIsToldApart() {
        String document = new String(Corpus.document("docker-manifest"), UTF_8)
                .replace("\"schemaVersion\": 2", "\"schemaVersion\": 1");

        assertThatThrownBy(() -> Json.read(document.getBytes(UTF_8), Manifest.class))
                .hasMessageContaining("schemaVersion must be 2, got 1; images of schema 1 must be pushed anew");
    }

    @ParameterizedTest
    @CsvSource({"linux/amd64, 1", "linux/amd64/v3, 1", "linux/arm/v7, 4", "linux/arm/v6, 3", "linux/arm64, 5"})
    void anIndexGivesTheImageThatRunsBest(String platform, String digestEndsWith) {
        Index index = Json.read(Corpus.document("oci-index"), Index.class);

        assertThat(index.select(Platform.parse(platform)).orElseThrow().digest().hex())
                .endsWith("0" + digestEndsWith);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/s390x", "linux/arm/v5", "windows/amd64", "linux/386"})
    void anIndexDoesNotGiveAnImageThatCannotRun(String platform) {
        assertThat(Json.read(Corpus.document("oci-index"), Index.class).select(Platform.parse(platform)))
                .isEmpty();
    }

    @Test
    void theOnlyImageNeedNotSayItsPlatform() {
        Descriptor only = Descriptor.of(MediaTypes.OCI_MANIFEST, CONFIG);

        assertThat(Index.of(List.of(only)).select(Platform.host())).contains(only);
        assertThat(Index.of(List.of(only)).plusManifest(only).select(Platform.host()))
                .isEmpty();
    }

    @Test
    void aDescriptorKnowsItsContent() {
        Descriptor descriptor = Descriptor.of(MediaTypes.OCI_CONFIG, CONFIG);

        assertThat(descriptor.describes(CONFIG)).isTrue();
        assertThat(descriptor.describes("[]".getBytes(UTF_8))).isFalse();
        assertThat(Descriptor.of("a/b", descriptor.digest(), 3).describes(CONFIG))
                .isFalse();
    }

    @Test
    void contentSentAlongMustBeTheContentNamed() {
        Manifest artifact = Json.read(Corpus.document("oci-artifact"), Manifest.class);
        String forged = new String(Corpus.document("oci-artifact"), UTF_8).replace("e30=", "W10=");
        String broken = forged.replace("W10=", "%");

        assertThat(artifact.config().content())
                .hasValueSatisfying(content -> assertThat(content).isEqualTo(CONFIG));
        assertThatThrownBy(() -> Json.read(forged.getBytes(UTF_8), Manifest.class))
                .isInstanceOf(JsonException.class)
                .hasMessage("$.config: data is not the content that digest and size name");
        assertThatThrownBy(() -> Json.read(broken.getBytes(UTF_8), Manifest.class))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void aBlobOfALayoutIsAtAPathOfOurMaking() {
        assertThat(ImageLayout.blob(Digest.sha256(CONFIG)))
                .isEqualTo("blobs/sha256/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        assertThat(Json.write(ImageLayout.current())).asString().isEqualTo("{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    @Test
    void aLayoutOfTheFutureIsRejected() {
        assertThatThrownBy(() -> Json.read("{\"imageLayoutVersion\":\"2.0.0\"}".getBytes(UTF_8), ImageLayout.class))
                .isInstanceOf(JsonException.class)
                .hasMessage("$: imageLayoutVersion must be 1.0.0 or near, got \"2.0.0\"");
    }
}
