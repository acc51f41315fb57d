package dev.skiff.store;

import dev.skiff.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A file of an image layout that is to be written.
 *
 * @param size of its content
 */
record SavedFile(long size, Content content) {
    /** Opens what is in it. */
    interface Content {
        InputStream open() throws IOException;
    }

    static SavedFile of(byte[] document) {
        return new SavedFile(document.length, () -> new ByteArrayInputStream(document));
    }

    /**
     * A blob. One that is no longer what its name says fails at its end.
     *
     * @param source where the content comes from, for the message
     */
    static SavedFile of(Descriptor blob, String source, Content content) {
        return new SavedFile(blob.size(), () -> new VerifiedBlob(content.open(), blob, source));
    }
}
