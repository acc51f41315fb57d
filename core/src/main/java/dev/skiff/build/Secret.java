package dev.skiff.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Something that RUN may read and nobody else: read anew for each RUN that mounts it, and kept nowhere. */
@FunctionalInterface
public interface Secret {
    /** As in the reference: what is larger is no secret but a file by mistake. */
    int MOST_BYTES = 500 * 1024;

    /** Its bytes; nothing if there is none of it. */
    Optional<byte[]> read() throws IOException;

    /** These bytes. */
    static Secret of(byte[] value) {
        byte[] own = value.clone();
        return () -> Optional.of(own.clone());
    }

    /** The content of a file. */
    static Secret of(Path file) {
        return () -> {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(MOST_BYTES + 1);
                if (content.length > MOST_BYTES) {
                    throw new IOException(
                            file + " is too large for a secret, of which at most " + MOST_BYTES + " bytes are taken");
                }
                return Optional.of(content);
            }
        };
    }
}
