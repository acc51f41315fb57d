package dev.skiff.oci.image;

import dev.skiff.oci.Digest;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Texts;

/**
 * Marks a directory as an image layout: the content of its file {@value #FILE}.
 */
public record ImageLayout(String imageLayoutVersion, UnknownFields extra) {
    /** The name of the file in the directory. */
    public static final String FILE = "oci-layout";

    /** Where the {@link Index} of the layout is. */
    public static final String INDEX_FILE = "index.json";

    /** Where the blobs are. */
    public static final String BLOBS = "blobs";

    /** The version of the layout there is. */
    public static final String VERSION = "1.0.0";

    public ImageLayout {
        if (!imageLayoutVersion.startsWith("1.")) {
            throw new IllegalArgumentException(
                    "imageLayoutVersion must be " + VERSION + " or near, got " + Texts.excerpt(imageLayoutVersion));
        }
    }

    /** What belongs into a layout made by us. */
    public static ImageLayout current() {
        return new ImageLayout(VERSION, UnknownFields.none());
    }

    /** Where in the directory a blob is: {@code blobs/sha256/...}. */
    public static String blob(Digest digest) {
        return BLOBS + "/" + digest.algorithm() + "/" + digest.hex();
    }
}
