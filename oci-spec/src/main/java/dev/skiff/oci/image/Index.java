package dev.skiff.oci.image;

import dev.skiff.oci.Json;
import dev.skiff.oci.JsonField;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Several images under one name, most often the same one for several platforms; and the table of contents of an image layout.
 *
 * @param schemaVersion always 2
 * @param mediaType of this document; OCI indexes may leave it out, Docker's lists may not
 * @param subject what this is about
 */
public record Index(
        int schemaVersion,
        Optional<String> mediaType,
        Optional<String> artifactType,
        @JsonField(required = true) List<Descriptor> manifests,
        Optional<Descriptor> subject,
        Map<String, String> annotations,
        UnknownFields extra) {
    public Index {
        manifests = Copies.list(manifests);
        annotations = Copies.map(annotations);
        Documents.check("index", schemaVersion, mediaType, MediaTypes::isIndex, extra, "layers", "config", "fsLayers");
    }

    /** An OCI index. */
    public static Index of(List<Descriptor> manifests) {
        return new Index(
                2,
                Optional.of(MediaTypes.OCI_INDEX),
                Optional.empty(),
                manifests,
                Optional.empty(),
                Map.of(),
                UnknownFields.none());
    }

    /**
     * Reads an index that is said to be of this type.
     *
     * @param mediaType what the descriptor, or the registry, says that it is
     * @throws dev.skiff.oci.JsonException when it is none, or one of another type: to someone else it would be another image
     */
    public static Index read(byte[] document, String mediaType) {
        return Documents.agree(Json.read(document, Index.class), Index::mediaType, mediaType, MediaTypes.OCI_INDEX);
    }

    public Index withManifests(List<Descriptor> manifests) {
        return Records.with(this, "manifests", manifests);
    }

    public Index withAnnotations(Map<String, String> annotations) {
        return Records.with(this, "annotations", annotations);
    }

    public Index withSubject(Descriptor subject) {
        return Records.with(this, "subject", subject);
    }

    public Index withArtifactType(String artifactType) {
        return Records.with(this, "artifactType", artifactType);
    }

    /** One more, at the end. */
    public Index plusManifest(Descriptor manifest) {
        return withManifests(
                Stream.concat(manifests.stream(), Stream.of(manifest)).toList());
    }

    /**
     * The image that runs best on {@code platform}; of equals, the first. Empty if none does. If there is but one manifest and
     * nothing is said of its platform, that is it.
     */
    public Optional<Descriptor> select(Platform platform) {
        if (manifests.size() == 1 && manifests.get(0).platform().isEmpty()) {
            return Optional.of(manifests.get(0));
        }
        Optional<Descriptor> best = Optional.empty();
        int fitness = -1;
        for (Descriptor manifest : manifests) {
            int offered = manifest.platform()
                    .map(platform::fitness)
                    .orElse(OptionalInt.empty())
                    .orElse(-1);
            if (offered > fitness) {
                best = Optional.of(manifest);
                fitness = offered;
            }
        }
        return best;
    }
}
