package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LockFile;
import dev.skiff.linux.LockTimeoutException;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directories that RUNs keep things in from build to build: one for each identity, or several where some do not share. Beside
 * each is a lock, which its users hold as long as they do, in whatever JVM; and what is in use is not removed.
 *
 * <p>{@code <home>/cache/mounts/<identity>/} has {@code id}, what people call it, and {@code 0}, {@code 1} and so on with their
 * {@code .lock}. A directory is made under another name and renamed, so one that is there has its owner and its first content.
 */
public final class CacheMounts {
    private static final Duration LONGEST_WAIT = Duration.ofDays(1); // for a step of another build, which may take long
    private static final String ID = "id";
    private static final String LOCK = ".lock";
    private static final String UNFINISHED = ".new";
    private static final Set<String> GONE = Set.of("ENOENT", "ENOTDIR");

    private final Path directory;
    private final LayerHost host;

    CacheMounts(Path directory, LayerHost host) {
        this.directory = directory;
        this.host = host;
    }

    /** Who may use a cache at one time. */
    public enum Sharing {
        /** Everybody. */
        SHARED,
        /** One, and who comes meanwhile gets a directory of its own. */
        PRIVATE,
        /** One, and who comes meanwhile waits. */
        LOCKED
    }

    /** Puts the first content into a new cache. */
    @FunctionalInterface
    public interface Seed {
        void into(FileTree empty) throws IOException;
    }

    /** A cache in use. */
    public record Held(Path directory, LockFile lock) implements AutoCloseable {
        @Override
        public void close() {
            lock.close();
        }
    }

    /**
     * A cache that there is.
     *
     * @param id as the Dockerfile has it
     * @param bytes of all files in it
     * @param used when a RUN last began to use it
     * @param inUse whether one does now
     */
    public record Cache(String id, long bytes, Instant used, boolean inUse) {}

    /**
     * Takes a cache into use, made if it is not there.
     *
     * @param identity tells it from every other
     * @param id for people
     * @param root mode and owner of a new one
     * @throws StoreException if others keep it for a day
     */
    public Held use(Digest identity, String id, Sharing sharing, FileMetadata root, Seed seed)
            throws IOException, InterruptedException {
        Path caches = directory.resolve(identity.hex());
        makePrivate(directory);
        makePrivate(caches);
        if (Files.notExists(caches.resolve(ID))) {
            Files.writeString(caches.resolve(ID), id);
        }
        for (int number = 0; ; number++) {
            Path cache = caches.resolve(Integer.toString(number));
            Optional<LockFile> lock = lock(cache, sharing, root, seed);
            if (lock.isPresent()) {
                Files.setLastModifiedTime(lockOf(cache), FileTime.from(Instant.now()));
                return new Held(cache, lock.get());
            }
        }
    }

    /** Nothing if it is private to another. */
    private Optional<LockFile> lock(Path cache, Sharing sharing, FileMetadata root, Seed seed)
            throws IOException, InterruptedException {
        try {
            while (true) {
                boolean there = Files.isDirectory(cache);
                if (there && sharing == Sharing.SHARED) {
                    LockFile lock = LockFile.shared(lockOf(cache), LONGEST_WAIT);
                    if (Files.isDirectory(cache)) {
                        return Optional.of(lock);
                    }
                    lock.close(); // somebody has removed it just now
                    continue;
                }
                Optional<LockFile> lock = sharing == Sharing.PRIVATE
                        ? LockFile.tryExclusive(lockOf(cache))
                        : Optional.of(LockFile.exclusive(lockOf(cache), LONGEST_WAIT));
                lock.ifPresent(alone -> makeUnlessThere(cache, alone, root, seed));
                if (sharing != Sharing.SHARED) {
                    return lock;
                }
                lock.orElseThrow().close();
            }
        } catch (LockTimeoutException e) {
            throw new StoreException("use a cache of RUN: " + e.getMessage(), cache, e);
        }
    }

    private void makeUnlessThere(Path cache, LockFile lock, FileMetadata root, Seed seed) {
        try {
            if (!Files.isDirectory(cache)) {
                StoreIo.call("make a cache of RUN", cache, () -> make(cache, root, seed));
            }
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private Path make(Path cache, FileMetadata root, Seed seed) throws IOException {
        Path unfinished = cache.resolveSibling(cache.getFileName() + UNFINISHED);
        host.removeTree(unfinished);
        try (FileTree caches =
                host.tree(Objects.requireNonNull(cache.getParent(), "a cache is in its identity's directory"))) {
            caches.makeDirectory(RawPath.of(unfinished.getFileName().toString()), FileMetadata.directory(0755));
        }
        try (FileTree content = host.tree(unfinished)) {
            seed.into(content);
            content.setMetadata(RawPath.ROOT, root);
        }
        return Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path lockOf(Path cache) {
        return cache.resolveSibling(cache.getFileName() + LOCK);
    }

    private static void makePrivate(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** All that there are, each looked through for its size. */
    public List<Cache> list() {
        return StoreIo.call("list the caches of RUN", directory, () -> {
            List<Cache> caches = new ArrayList<>();
            for (Path identity : children(directory)) {
                for (Path cache : children(identity)) {
                    if (isCache(cache)) {
                        describe(identity, cache).ifPresent(caches::add);
                    }
                }
            }
            return caches;
        });
    }

    /** Nothing if somebody removes it meanwhile. */
    private Optional<Cache> describe(Path identity, Path cache) throws IOException {
        try {
            boolean inUse = isInUse(cache);
            Instant used = Files.getLastModifiedTime(lockOf(cache)).toInstant();
            Cache found = new Cache(Files.readString(identity.resolve(ID)), bytes(cache), used, inUse);
            return Optional.of(found).filter(any -> Files.isDirectory(cache));
        } catch (NoSuchFileException e) {
            if (Files.isDirectory(cache)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** To ask makes the lock of one that has just been removed, which goes again. */
    private static boolean isInUse(Path cache) throws IOException {
        Optional<LockFile> free = LockFile.tryExclusive(lockOf(cache));
        if (free.isEmpty()) {
            return true;
        }
        try {
            if (!Files.isDirectory(cache)) {
                Files.deleteIfExists(lockOf(cache));
            }
            return false;
        } finally {
            free.get().close();
        }
    }

    /** Removes all that are not in use, and says how many bytes their files had. */
    public long prune() {
        return StoreIo.call("remove the caches of RUN", directory, () -> {
            long bytes = 0;
            for (Path identity : children(directory)) {
                for (Path cache : children(identity)) {
                    bytes += isCache(cache) ? remove(cache) : 0;
                }
            }
            return bytes;
        });
    }

    private long remove(Path cache) throws IOException {
        Optional<LockFile> lock = LockFile.tryExclusive(lockOf(cache));
        if (lock.isEmpty()) {
            return 0;
        }
        try {
            long bytes = bytes(cache);
            host.removeTree(cache);
            Files.deleteIfExists(lockOf(cache));
            return bytes;
        } finally {
            lock.get().close();
        }
    }

    private static boolean isCache(Path file) {
        return file.getFileName().toString().matches("[0-9]+");
    }

    /** None if somebody has just removed it. */
    private long bytes(Path cache) {
        try (FileTree tree = host.tree(cache)) {
            return bytes(tree, RawPath.ROOT, new HashSet<>());
        } catch (SyscallException | UncheckedIOException e) {
            if (Files.isDirectory(cache)) {
                throw e;
            }
            return 0;
        }
    }

    private static long bytes(FileTree tree, RawPath directory, Set<List<Long>> counted) {
        long bytes = 0;
        for (TreeEntry entry : entries(tree, directory)) {
            if (entry.metadata().isDirectory()) {
                bytes += bytes(tree, entry.path(), counted);
            } else if (entry.links() < 2 || counted.add(List.of(entry.device(), entry.inode()))) {
                bytes += entry.metadata().size();
            }
        }
        return bytes;
    }

    /** None if it has just been removed or replaced: who uses the cache goes on while we look. */
    private static List<TreeEntry> entries(FileTree tree, RawPath directory) {
        try {
            return tree.list(directory);
        } catch (SyscallException e) {
            if (GONE.contains(e.errno())) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<Path> children(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(file -> !file.getFileName().toString().equals(ID))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of(); // nothing has been kept yet
        }
    }
}
