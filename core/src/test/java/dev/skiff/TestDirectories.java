package dev.skiff;

import dev.skiff.linux.LinuxHost;
import java.nio.file.Path;

/** Directories that hold files of other users, as homes of ordinary users do. */
final class TestDirectories {
    private TestDirectories() {}

    static void remove(Path directory) {
        try (LinuxHost host = LinuxHost.open()) {
            host.removeTree(directory);
        }
    }
}
