package dev.skiff.oci;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The media types of images, OCI's and those of Docker's schema 2, which say the same in other words. */
public final class MediaTypes {
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
    public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";
    /** The content {@code {}}, where an artifact has nothing to say. */
    public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    public static final String DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip";
    public static final String DOCKER_LAYER_ZSTD = DOCKER_LAYER + ".zstd";

    private static final String OCI_FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private static final String DOCKER_FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
    private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);
    private static final Set<String> CONFIGS = Set.of(OCI_CONFIG, DOCKER_CONFIG);
    private static final Map<String, Compression> LAYERS = layers();

    private MediaTypes() {}

    private static Map<String, Compression> layers() {
        Map<String, Compression> layers = new LinkedHashMap<>();
        for (Compression compression : Compression.values()) {
            boolean plain = compression == Compression.NONE;
            String name = compression.name().toLowerCase(Locale.ROOT);
            layers.put(OCI_LAYER + (plain ? "" : "+" + name), compression);
            layers.put(OCI_FOREIGN + (plain ? "" : "+" + name), compression);
            layers.put(DOCKER_LAYER + (plain ? "" : "." + name), compression);
            layers.put(DOCKER_FOREIGN + (plain ? "" : "." + name), compression);
        }
        return layers;
    }

    /** Whether it is a manifest: one image for one platform. */
    public static boolean isManifest(String mediaType) {
        return MANIFESTS.contains(mediaType);
    }

    /** Whether it is an index, or Docker's manifest list: one image for many platforms. */
    public static boolean isIndex(String mediaType) {
        return INDEXES.contains(mediaType);
    }

    public static boolean isConfig(String mediaType) {
        return CONFIGS.contains(mediaType);
    }

    public static boolean isLayer(String mediaType) {
        return LAYERS.containsKey(mediaType);
    }

    /** Whether it is a layer that registries need not have: its descriptor names URLs. Only images of Windows have them. */
    public static boolean isForeignLayer(String mediaType) {
        return isLayer(mediaType) && (mediaType.startsWith(OCI_FOREIGN) || mediaType.startsWith(DOCKER_FOREIGN));
    }

    /** How a layer of this type is packed; empty if it is no type of layer. */
    public static Optional<Compression> compression(String mediaType) {
        return Optional.ofNullable(LAYERS.get(mediaType));
    }

    /** OCI's type of a layer that is packed so. */
    public static String layer(Compression compression) {
        return switch (compression) {
            case NONE -> OCI_LAYER;
            case GZIP -> OCI_LAYER_GZIP;
            case ZSTD -> OCI_LAYER_ZSTD;
        };
    }

    /** The media type in a {@code Content-Type}: without parameters, in lower case. */
    public static String ofContentType(String header) {
        return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
