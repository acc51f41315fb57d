package dev.skiff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where Skiff keeps what it keeps, unless somebody says otherwise. */
final class Home {
    private static final Path SYSTEM = Path.of("/var/lib/skiff");

    private Home() {}

    static Path standard() {
        return standard(System.getenv(), isRoot(), Path.of(System.getProperty("user.home", "")));
    }

    /** {@code $SKIFF_HOME}; for root the system's place, for others that of the XDG base directory specification. */
    static Path standard(Map<String, String> environment, boolean root, Path userHome) {
        String asked = environment.getOrDefault("SKIFF_HOME", "");
        if (!asked.isEmpty()) {
            return Path.of(asked).toAbsolutePath();
        }
        if (root) {
            return SYSTEM;
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        boolean usable = data.startsWith("/"); // the specification: a relative one is to be ignored
        return (usable ? Path.of(data) : userHome.toAbsolutePath().resolve(".local/share")).resolve("skiff");
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
