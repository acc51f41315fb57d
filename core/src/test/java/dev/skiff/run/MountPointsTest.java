package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountPointsTest {
    @TempDir
    private Path home;

    /** Each with its mode. */
    private static List<String> contents(Path layer) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(layer)) {
            for (Path file : files.sorted().toList()) {
                contents.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + " "
                        + layer.relativize(file));
            }
        }
        return contents;
    }

    @Test
    void whatTheMakerLeftWithoutItsModeWhenItDiedGetsIt() throws IOException {
        Path whole = MountPoints.in(Files.createDirectory(home.resolve("whole")));
        List<String> expected = contents(whole);
        for (String text : expected) {
            String name = text.substring(text.indexOf(' ') + 1);
            boolean directory = Files.isDirectory(whole.resolve(name));
            Files.setPosixFilePermissions(
                    whole.resolve(name), PosixFilePermissions.fromString(directory ? "rwx------" : "rw-------"));

            MountPoints.in(whole.getParent());

            assertThat(contents(whole)).as(name).isEqualTo(expected);
        }
        assertThat(expected).contains("rwxr-xr-x ", "rwxr-xr-x etc", "rw-r--r-- etc/hosts");
    }

    @Test
    void whatIsMissingIsMade() throws IOException {
        Path etc = Files.createDirectories(home.resolve("mountpoints/etc"));
        Files.createFile(etc.resolve("hosts"));

        Path layer = MountPoints.in(home);

        assertThat(contents(layer)).isEqualTo(contents(MountPoints.in(Files.createDirectory(home.resolve("other")))));
    }
}
