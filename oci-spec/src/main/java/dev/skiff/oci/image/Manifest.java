package dev.skiff.oci.image;

import dev.skiff.oci.Json;
import dev.skiff.oci.JsonField;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An image for one platform: what to run and the layers to run it in; or any other artifact that a registry keeps.
 *
 * @param schemaVersion always 2
 * @param mediaType of this document; OCI manifests may leave it out, Docker's may not
 * @param layers the lowest first
 * @param subject what this is about
 */
public record Manifest(
        int schemaVersion,
        Optional<String> mediaType,
        Optional<String> artifactType,
        Descriptor config,
        @JsonField(required = true) List<Descriptor> layers,
        Optional<Descriptor> subject,
        Map<String, String> annotations,
        UnknownFields extra) {
    public Manifest {
        layers = Copies.list(layers);
        annotations = Copies.map(annotations);
        Documents.check("manifest", schemaVersion, mediaType, MediaTypes::isManifest, extra, "manifests", "fsLayers");
        if (artifactType.isEmpty() && config.mediaType().equals(MediaTypes.OCI_EMPTY)) {
            throw new IllegalArgumentException("a manifest with an empty config needs an artifactType");
        }
    }

    /** An OCI image. */
    public static Manifest of(Descriptor config, List<Descriptor> layers) {
        return new Manifest(
                2,
                Optional.of(MediaTypes.OCI_MANIFEST),
                Optional.empty(),
                config,
                layers,
                Optional.empty(),
                Map.of(),
                UnknownFields.none());
    }

    /**
     * Reads a manifest that is said to be of this type.
     *
     * @param mediaType what the descriptor, or the registry, says that it is
     * @throws dev.skiff.oci.JsonException when it is none, or one of another type: to someone else it would be another image
     */
    public static Manifest read(byte[] document, String mediaType) {
        return Documents.agree(
                Json.read(document, Manifest.class), Manifest::mediaType, mediaType, MediaTypes.OCI_MANIFEST);
    }

    public Manifest withConfig(Descriptor config) {
        return Records.with(this, "config", config);
    }

    public Manifest withLayers(List<Descriptor> layers) {
        return Records.with(this, "layers", layers);
    }

    public Manifest withAnnotations(Map<String, String> annotations) {
        return Records.with(this, "annotations", annotations);
    }

    public Manifest withSubject(Descriptor subject) {
        return Records.with(this, "subject", subject);
    }

    public Manifest withArtifactType(String artifactType) {
        return Records.with(this, "artifactType", artifactType);
    }

    /** One more layer, on top. */
    public Manifest plusLayer(Descriptor layer) {
        return withLayers(Stream.concat(layers.stream(), Stream.of(layer)).toList());
    }
}
