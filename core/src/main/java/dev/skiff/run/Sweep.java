package dev.skiff.run;

import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Removes what JVMs that died have left of their containers. */
final class Sweep {
    static final String LOCK = ".lock";

    private static final System.Logger LOG = System.getLogger(Sweep.class.getName());

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private Sweep() {}

    /**
     * Removes all whose lock can be had.
     *
     * @param host asked for only if something is there to remove
     */
    static void run(Path containers, Supplier<LinuxHost> host) throws IOException {
        for (String id : ids(containers)) {
            Path lockPath = containers.resolve(id + LOCK);
            Optional<LockFile> taken = LockFile.tryExclusive(lockPath);
            if (taken.isEmpty()) {
                continue; // its JVM lives
            }
            try {
                Path left = containers.resolve(id);
                // processes that outlived their supervisor, and control groups
                Optional<String> remains = host.get().forget(id);
                if (remains.isPresent()) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "container {0} is left for the next Skiff: {1}",
                            id,
                            remains.get());
                    continue;
                }
                if (Files.exists(left, LinkOption.NOFOLLOW_LINKS)) {
                    host.get().removeTree(left);
                }
                Files.deleteIfExists(lockPath);
            } finally {
                taken.get().close();
            }
        }
    }

    private static Set<String> ids(Path containers) throws IOException {
        Set<String> ids = new TreeSet<>();
        try (Stream<Path> files = Files.list(containers)) {
            files.map(path -> path.getFileName().toString())
                    .map(name -> name.endsWith(LOCK) ? name.substring(0, name.length() - LOCK.length()) : name)
                    .filter(ID.asMatchPredicate())
                    .forEach(ids::add);
        }
        return ids;
    }
}
