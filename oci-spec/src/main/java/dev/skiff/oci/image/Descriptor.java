package dev.skiff.oci.image;

import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import dev.skiff.oci.internal.Texts;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names content by digest, size and type: all that is needed to fetch it from anywhere and to know that it is the right one.
 *
 * @param size in bytes
 * @param urls where else it can be had
 * @param data the content itself, in base64
 * @param platform of a manifest in an index
 * @param artifactType of what a manifest is, when it is no image
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        List<String> urls,
        Map<String, String> annotations,
        Optional<String> data,
        Optional<Platform> platform,
        Optional<String> artifactType,
        UnknownFields extra) {
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

    public Descriptor {
        urls = Copies.list(urls);
        annotations = Copies.map(annotations);
        if (!MEDIA_TYPE.matcher(mediaType).matches()) {
            throw new IllegalArgumentException(
                    "mediaType must be such as " + MediaTypes.OCI_MANIFEST + ", got " + Texts.excerpt(mediaType));
        }
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative, got " + size);
        }
        data.ifPresent(text -> checkData(text, digest, size));
    }

    /** Content that is somewhere. */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(
                mediaType,
                digest,
                size,
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                UnknownFields.none());
    }

    /** Content that is here, by its sha256. */
    public static Descriptor of(String mediaType, byte[] content) {
        return of(mediaType, Digest.sha256(content), content.length);
    }

    public Descriptor withAnnotations(Map<String, String> annotations) {
        return Records.with(this, "annotations", annotations);
    }

    public Descriptor withPlatform(Platform platform) {
        return Records.with(this, "platform", platform);
    }

    public Descriptor withArtifactType(String artifactType) {
        return Records.with(this, "artifactType", artifactType);
    }

    public Descriptor withUrls(List<String> urls) {
        return Records.with(this, "urls", urls);
    }

    private static void checkData(String data, Digest digest, long size) {
        byte[] content = Base64.getDecoder().decode(data); // throws IllegalArgumentException for other text
        if (content.length != size || !Digest.of(digest.algorithm(), content).equals(digest)) {
            throw new IllegalArgumentException("data is not the content that digest and size name");
        }
    }

    /** Whether this is the content that is meant: of the right size and the right digest. */
    public boolean describes(byte[] content) {
        return content.length == size && Digest.of(digest.algorithm(), content).equals(digest);
    }

    /** The content, if it was sent along. */
    public Optional<byte[]> content() {
        return data.map(text -> Base64.getDecoder().decode(text));
    }
}
