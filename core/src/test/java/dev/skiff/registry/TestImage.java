package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small image, told apart from others by a word in its layer. */
final class TestImage {
    final byte[] layer;
    final byte[] config;
    final byte[] manifest;
    final Descriptor descriptor;

    private TestImage(byte[] layer, byte[] config, byte[] manifest, Descriptor descriptor) {
        this.layer = layer;
        this.config = config;
        this.manifest = manifest;
        this.descriptor = descriptor;
    }

    static TestImage oci(String word) {
        return of(word, MediaTypes.OCI_MANIFEST, MediaTypes.OCI_CONFIG, MediaTypes.OCI_LAYER);
    }

    static TestImage docker(String word) {
        return of(word, MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_CONFIG, MediaTypes.DOCKER_LAYER_GZIP);
    }

    private static TestImage of(String word, String manifestType, String configType, String layerType) {
        byte[] layer = ("layer " + word).getBytes(UTF_8);
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"author\":\"" + word + "\","
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}")
                .getBytes(UTF_8);
        Manifest manifest = Manifest.of(Descriptor.of(configType, config), List.of(Descriptor.of(layerType, layer)));
        byte[] bytes = Json.write(new Manifest(
                2,
                Optional.of(manifestType),
                Optional.empty(),
                manifest.config(),
                manifest.layers(),
                Optional.empty(),
                Map.of(),
                manifest.extra()));
        return new TestImage(layer, config, bytes, Descriptor.of(manifestType, bytes));
    }

    /** Puts all of it into a repository, under a tag if that is not empty. */
    TestImage into(TestRegistry registry, String repository, String tag) {
        registry.blob(repository, layer);
        registry.blob(repository, config);
        registry.manifest(repository, tag, descriptor.mediaType(), manifest);
        return this;
    }

    Descriptor on(String platform) {
        return descriptor.withPlatform(Platform.parse(platform));
    }

    static byte[] index(String mediaType, Descriptor... manifests) {
        Index index = Index.of(List.of(manifests));
        return Json.write(new Index(
                2,
                Optional.of(mediaType),
                Optional.empty(),
                index.manifests(),
                Optional.empty(),
                Map.of(),
                index.extra()));
    }
}
