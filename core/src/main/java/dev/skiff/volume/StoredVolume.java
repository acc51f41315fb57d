package dev.skiff.volume;

import dev.skiff.StoreException;
import dev.skiff.Volume;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LockFile;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One volume, whether it is there or not. */
public final class StoredVolume implements Volume, Comparable<StoredVolume> {
    static final String DATA = "data";
    /** What the names begin with of what is no volume any more. */
    static final String GONE = ".gone-";

    private static final String UNFINISHED = "data.new";

    private static final Duration LONGEST_FILLING = Duration.ofMinutes(10);

    private final String name;
    private final Path path;
    private final Path lock;
    private final Supplier<LinuxHost> kernel;

    StoredVolume(String name, Path path, Path lock, Supplier<LinuxHost> kernel) {
        this.name = name;
        this.path = path;
        this.lock = lock;
        this.kernel = kernel;
    }

    /** Puts into an empty volume what an image has at the place where it is mounted. */
    @FunctionalInterface
    public interface Filling {
        /** Whether there is something; all of it is on the disk then. */
        boolean fill(Path data) throws IOException;
    }

    @Override
    public String name() {
        return name;
    }

    Path path() {
        return path;
    }

    /** What a container sees. */
    public Path data() {
        return path.resolve(DATA);
    }

    boolean exists() {
        return Files.isDirectory(data(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Keeps it from being removed until the lock is closed, and fills it first if it is empty and nobody uses it: what is there
     * is never written over (CVE-2020-1726).
     *
     * @throws StoreException if it is not there
     */
    public LockFile use(Filling filling) throws InterruptedException, IOException {
        Optional<LockFile> alone = exists() ? LockFile.tryExclusive(lock) : Optional.empty();
        if (alone.isPresent()) {
            LockFile held = alone.get();
            try {
                if (exists() && isEmpty()) {
                    fill(filling);
                }
            } finally {
                held.close();
            }
        }
        LockFile shared = LockFile.shared(lock, LONGEST_FILLING);
        if (!exists()) {
            shared.close();
            removeLock();
            throw new StoreException("there is no volume " + name + " any more; create it again", path);
        }
        return shared;
    }

    /** Of a volume that is not there, if nobody has it: one may have been made meanwhile. */
    private void removeLock() throws IOException {
        Optional<LockFile> alone = LockFile.tryExclusive(lock);
        if (alone.isPresent()) {
            try {
                if (!exists()) {
                    Files.deleteIfExists(lock);
                }
            } finally {
                alone.get().close();
            }
        }
    }

    /** All of it is there at once: whoever is killed meanwhile, or finds no space, leaves the volume empty. */
    private void fill(Filling filling) throws IOException {
        Path fresh = path.resolve(UNFINISHED);
        if (Files.exists(fresh, LinkOption.NOFOLLOW_LINKS)) {
            kernel.get().removeTree(fresh);
        }
        Files.createDirectory(fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (filling.fill(fresh)) {
            Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE); // rename(2) takes an empty directory's place
        } else {
            Files.delete(fresh);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(data())) {
            return files.findAny().isEmpty();
        } catch (AccessDeniedException e) { // it belongs to another user of the containers, who lets nobody look
            try (FileTree files = kernel.get().tree(data())) {
                return files.list(RawPath.ROOT).isEmpty();
            }
        }
    }

    @Override
    public void remove() {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        LockFile held = LockFile.tryExclusive(lock)
                .orElseThrow(() -> new StoreException(
                        "remove volume " + name + ": a container has it mounted; close that first", path));
        try {
            if (exists()) {
                Path away = path.resolveSibling(GONE + UUID.randomUUID());
                Files.move(path, away); // gone for everyone at once, however long the rest takes
                kernel.get().removeTree(away);
            }
            Files.deleteIfExists(lock);
        } catch (IOException e) {
            throw new StoreException("remove volume " + name + ": " + e.getMessage(), path, e);
        } finally {
            held.close();
        }
    }

    @Override
    public int compareTo(StoredVolume other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredVolume volume && path.equals(volume.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** Such as {@code volume data}. */
    @Override
    public String toString() {
        return "volume " + name;
    }
}
