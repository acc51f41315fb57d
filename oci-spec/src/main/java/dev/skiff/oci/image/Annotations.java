package dev.skiff.oci.image;

/** The keys that the image specification has set aside, as far as this library writes or reads them. */
public final class Annotations {
    /** The name of a manifest in the index of an image layout: a tag, or with some tools the whole reference. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";

    /** When the image was built. */
    public static final String CREATED = "org.opencontainers.image.created";

    /** The image it was built on. */
    public static final String BASE_NAME = "org.opencontainers.image.base.name";

    /** The manifest of that image. */
    public static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

    private Annotations() {}
}
