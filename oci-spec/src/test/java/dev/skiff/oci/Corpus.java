package dev.skiff.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The documents kept as test resources: {@code corpus} as other tools write them, {@code golden} as we do. */
public final class Corpus {
    private Corpus() {}

    public static byte[] document(String name) {
        return resource("corpus/" + name + ".json");
    }

    /**
     * What must be written, byte for byte: digests of users depend on it. With {@code -Dgolden.update} the file is written
     * anew first, for the change to be read in the diff.
     */
    public static byte[] golden(String name, byte[] written) {
        if (System.getProperty("golden.update") != null) {
            Path file = Path.of("src/test/resources/dev/skiff/oci/golden", name + ".json");
            try {
                Files.write(file, written);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return written;
        }
        return resource("golden/" + name + ".json");
    }

    private static byte[] resource(String path) {
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
