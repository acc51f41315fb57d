package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files in {@code src/test/resources} whose bytes must not move. */
final class Golden {
    private Golden() {}

    static void check(String name, byte[] actual) throws IOException {
        Path file = Path.of("src/test/resources/dev/skiff/layer", name);
        if (Boolean.getBoolean("skiff.golden.write")) {
            Files.createDirectories(file.getParent());
            Files.write(file, actual);
        }
        assertThat(actual)
                .as("%s; if this change is wanted: mvn -pl core test -Dskiff.golden.write=true", file)
                .isEqualTo(Files.readAllBytes(file));
    }
}
