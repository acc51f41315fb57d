package dev.skiff.store;

import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;

/** Where the blobs of an image come from: a registry, an archive, a directory. What comes is checked by who asks. */
public interface BlobSource {
    /** Opens a blob. Several may be open at once, each read by a thread of its own. */
    InputStream open(Descriptor blob) throws IOException;
}
