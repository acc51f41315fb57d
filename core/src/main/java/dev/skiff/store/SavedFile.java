package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.layer.DigestingInputStream;
import dev.skiff.oci.Digester;
import dev.skiff.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

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
    static SavedFile of(Descriptor blob, Path source, Content content) {
        return new SavedFile(blob.size(), () -> new Checked(content.open(), blob, source));
    }

    private static final class Checked extends DigestingInputStream {
        private final Digester digester;
        private final Descriptor blob;
        private final Path source;
        private boolean checked;

        Checked(InputStream in, Descriptor blob, Path source) {
            this(in, blob, source, new Digester(blob.digest().algorithm()));
        }

        private Checked(InputStream in, Descriptor blob, Path source, Digester digester) {
            super(in, digester);
            this.digester = digester;
            this.blob = blob;
            this.source = source;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int got = super.read(buffer, offset, length);
            if (!checked && (got < 0 || digester.bytes() >= blob.size())) {
                checked = true;
                if (digester.bytes() != blob.size() || !digester.digest().equals(blob.digest())) {
                    throw new StoreException(
                            source + " is damaged: it is not what its name says; pull or build the image again",
                            source);
                }
            }
            return got;
        }
    }
}
