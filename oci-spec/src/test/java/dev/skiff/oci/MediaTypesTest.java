package dev.skiff.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.v1.tar, NONE",
        "application/vnd.oci.image.layer.v1.tar+gzip, GZIP",
        "application/vnd.oci.image.layer.v1.tar+zstd, ZSTD",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd, ZSTD",
        "application/vnd.docker.image.rootfs.diff.tar, NONE",
        "application/vnd.docker.image.rootfs.diff.tar.gzip, GZIP",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip, GZIP",
    })
    void theTypeOfALayerTellsHowItIsPacked(String mediaType, Compression compression) {
        assertThat(MediaTypes.compression(mediaType)).contains(compression);
        assertThat(MediaTypes.isLayer(mediaType)).isTrue();
        assertThat(MediaTypes.isForeignLayer(mediaType))
                .isEqualTo(mediaType.contains("foreign") || mediaType.contains("nondistributable"));
    }

    @Test
    void ourLayersAreOfTheTypeTheyArePackedAs() {
        for (Compression compression : Compression.values()) {
            assertThat(MediaTypes.compression(MediaTypes.layer(compression))).contains(compression);
        }
    }

    @Test
    void aManifestIsNoIndexAndNoLayer() {
        assertThat(MediaTypes.isManifest(MediaTypes.DOCKER_MANIFEST)).isTrue();
        assertThat(MediaTypes.isIndex(MediaTypes.DOCKER_MANIFEST)).isFalse();
        assertThat(MediaTypes.isIndex(MediaTypes.DOCKER_LIST)).isTrue();
        assertThat(MediaTypes.isConfig(MediaTypes.DOCKER_CONFIG)).isTrue();
        assertThat(MediaTypes.compression(MediaTypes.OCI_MANIFEST)).isEmpty();
        assertThat(MediaTypes.compression("application/vnd.oci.image.layer.v1.tar+xz"))
                .isEmpty();
    }

    @Test
    void parametersOfAContentTypeAreNoPartOfIt() {
        assertThat(MediaTypes.ofContentType("Application/vnd.oci.image.index.v1+JSON ; charset=utf-8"))
                .isEqualTo(MediaTypes.OCI_INDEX);
    }
}
