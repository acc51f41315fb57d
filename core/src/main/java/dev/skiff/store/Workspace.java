package dev.skiff.store;

import dev.skiff.linux.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The directory for what is not finished, one for each open store. Its lock lives as long as the JVM does; what it leaves behind
 * when it is killed is removed by whoever opens the store next.
 */
final class Workspace implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Workspace.class.getName());
    private static final String LOCK = ".lock";

    private final Path directory;
    private final LockFile lock;
    private final LayerHost host;
    private final AtomicLong names = new AtomicLong();

    private Workspace(Path directory, LockFile lock, LayerHost host) {
        this.directory = directory;
        this.lock = lock;
        this.host = host;
    }

    static Workspace open(Path temporary, LayerHost host) throws IOException {
        sweep(temporary, host);
        while (true) {
            String name = UUID.randomUUID().toString();
            Optional<LockFile> lock = LockFile.tryExclusive(temporary.resolve(name + LOCK));
            if (lock.isPresent()) { // else somebody sweeps at this very moment, and took it for a leftover
                Workspace workspace = new Workspace(temporary.resolve(name), lock.get(), host);
                makeDirectory(workspace.directory);
                return workspace;
            }
        }
    }

    private static void sweep(Path temporary, LayerHost host) throws IOException {
        List<Path> all = list(temporary);
        if (all.stream().anyMatch(file -> file.toString().endsWith(LOCK))) { // there are others, or were
            host.endOrphans(); // ahead of the locks: some of them may hold one still
        }
        for (Path file : all) {
            String name = file.getFileName().toString();
            if (isForgotten(file, name)) {
                Files.deleteIfExists(file);
            }
            if (!name.endsWith(LOCK)) {
                continue;
            }
            Optional<LockFile> dead = LockFile.tryExclusive(file);
            if (dead.isPresent()) {
                try {
                    host.removeTree(temporary.resolve(name.substring(0, name.length() - LOCK.length())));
                    Files.deleteIfExists(file);
                } finally {
                    dead.get().close();
                }
            }
        }
    }

    /** What the very first opening of a store wrote is in no workspace; it takes milliseconds, and this is days old. */
    private static boolean isForgotten(Path file, String name) throws IOException {
        try {
            return name.startsWith(DurableFiles.PREFIX)
                    && Files.getLastModifiedTime(file)
                            .toInstant()
                            .isBefore(Instant.now().minus(Duration.ofDays(2)));
        } catch (NoSuchFileException e) {
            return false; // whoever wrote it is done
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    Path directory() {
        return directory;
    }

    /** A name that nobody else uses. */
    Path newName(String kind) {
        return directory.resolve(kind + "-" + names.incrementAndGet());
    }

    Path newDirectory(String kind) throws IOException {
        Path made = newName(kind);
        makeDirectory(made);
        return made;
    }

    @Override
    public void close() {
        try (lock) {
            host.removeTree(directory);
            Files.deleteIfExists(directory.resolveSibling(directory.getFileName() + LOCK));
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not remove " + directory + "; the next to open the store will",
                    e);
        }
    }
}
