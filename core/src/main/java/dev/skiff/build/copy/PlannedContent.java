package dev.skiff.build.copy;

import dev.skiff.layer.Slice;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;

/**
 * Where the content of a file that is planned comes from.
 *
 * @param copy the names of one file stay one file within the copy of one source
 */
record PlannedContent(SourceTree tree, SourceFile file, Object copy) {
    long size() {
        return file.metadata().size();
    }

    InputStream open() throws IOException {
        return tree.open(file);
    }

    /** Reads all of it, and hashes it only where nothing else tells whether it has changed. */
    void read(Slice content) throws IOException {
        if (!tree.read(file, content.array(), content.offset(), content.length())) {
            check(content.digest());
        }
    }

    /** The step's key was made of the digests, so the layer must have what they say. */
    void check(Digest actual) throws IOException {
        if (!actual.equals(tree.digest(file))) {
            throw tree.changed(file);
        }
    }
}
