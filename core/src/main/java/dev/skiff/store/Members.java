package dev.skiff.store;

import dev.skiff.oci.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The files of an archive, or of a directory laid out like one, by name. Whoever made it may be a stranger. */
interface Members extends AutoCloseable {
    /** Opens a regular file; there is none under a name that stands for something else. Several may be open at once. */
    Optional<InputStream> open(String name) throws IOException;

    /** How long a file is. */
    Optional<Long> size(String name) throws IOException;

    /** A small file as a whole. */
    default Optional<byte[]> document(String name) throws IOException {
        Optional<InputStream> opened = open(name);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = opened.get()) {
            return Optional.of(in.readNBytes(Json.MAX_BYTES + 1)); // one more than any document may have
        }
    }

    @Override
    void close() throws IOException;
}
