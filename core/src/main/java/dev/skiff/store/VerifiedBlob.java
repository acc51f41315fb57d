package dev.skiff.store;

import dev.skiff.layer.DigestingInputStream;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A blob as it is read, which fails before its end if it is not what its descriptor says. */
final class VerifiedBlob extends DigestingInputStream {
    private final Digester digester;
    private final Descriptor blob;
    private final String source;
    private boolean verified;

    /** @param source where it comes from, as a person would name it */
    VerifiedBlob(InputStream in, Descriptor blob, String source) {
        this(in, blob, source, new Digester(blob.digest().algorithm()));
    }

    private VerifiedBlob(InputStream in, Descriptor blob, String source, Digester digester) {
        super(in, digester);
        this.digester = digester;
        this.blob = blob;
        this.source = source;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = super.read(buffer, offset, length);
        if (!verified && (got < 0 || digester.bytes() >= blob.size())) {
            verify();
        }
        if (verified && digester.bytes() > blob.size()) {
            throw BlobStore.mismatch(source, blob.size() + " bytes", "more");
        }
        return got;
    }

    private void verify() {
        if (digester.bytes() != blob.size()) {
            throw BlobStore.mismatch(
                    source,
                    blob.size() + " bytes",
                    digester.bytes() > blob.size() ? "more" : digester.bytes() + " bytes");
        }
        verified = true;
        Digest actual = digester.digest();
        if (!actual.equals(blob.digest())) {
            throw BlobStore.mismatch(source, blob.digest(), actual);
        }
    }

    /** Reads what is left: what an unpacker leaves over belongs to the blob, too. */
    void finish() throws IOException {
        transferTo(OutputStream.nullOutputStream());
    }
}
