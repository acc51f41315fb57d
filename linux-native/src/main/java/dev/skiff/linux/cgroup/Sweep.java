package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * Removes what containers have left whose supervisor was killed. A group that was just made may be waiting for its first
 * process, so only those that have been empty for longer than any start takes are touched; the kernel keeps the others.
 */
final class Sweep {
    private static final System.Logger LOG = System.getLogger(Sweep.class.getName());
    private static final Duration LONGEST_START = Duration.ofMinutes(1);

    private Sweep() {}

    static void run(Path place, String prefix) {
        FileTime longAgo = FileTime.from(Instant.now().minus(LONGEST_START));
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(place, prefix + "*")) {
            for (Path group : groups) {
                // a container that lives may have made groups below its own, and those may be empty
                boolean old = Files.getLastModifiedTime(group).compareTo(longAgo) < 0;
                if (old && GroupTree.processes(group).isEmpty()) {
                    GroupTree.remove(group);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "cannot look for left-over cgroups in " + place + ": " + e);
        }
    }
}
