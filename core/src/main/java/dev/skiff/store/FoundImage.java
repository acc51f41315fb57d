package dev.skiff.store;

import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.util.List;

/** An image that lies in an archive: its manifest, where its blobs are, and the names it goes by. */
final class FoundImage {
    private final Descriptor manifest;
    private final byte[] document;
    private final BlobSource blobs;
    private final List<Reference> names;

    FoundImage(Descriptor manifest, byte[] document, BlobSource blobs, List<Reference> names) {
        this.manifest = manifest;
        this.document = document;
        this.blobs = blobs;
        this.names = List.copyOf(names);
    }

    StoredImage ingestInto(ImageStore images, String source) {
        return images.ingest(manifest, document, blobs, source);
    }

    List<Reference> names() {
        return names;
    }
}
