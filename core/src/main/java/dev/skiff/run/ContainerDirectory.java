package dev.skiff.run;

import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LockFile;
import dev.skiff.linux.RootFilesystem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a container has on the disk, for as long as its lock is held. */
final class ContainerDirectory {
    private static final String UPPER = "upper";
    private static final Duration LONGEST_SWEEP = Duration.ofMinutes(1); // of nothing

    private final Path path;
    private final Path lockPath;
    private final LockFile lock;
    private final List<LockFile> held = new ArrayList<>();

    private ContainerDirectory(Path path, Path lockPath, LockFile lock) {
        this.path = path;
        this.lockPath = lockPath;
        this.lock = lock;
    }

    /**
     * Makes one. The lock comes first, so that no sweep takes it for a left-over; one that has seen the lock's file before it was
     * locked is waited for.
     */
    static ContainerDirectory create(Path containers, String id) throws IOException, InterruptedException {
        Path lockPath = containers.resolve(id + Sweep.LOCK);
        LockFile lock = LockFile.exclusive(lockPath, LONGEST_SWEEP);
        try {
            Path path = Files.createDirectory(containers.resolve(id));
            return new ContainerDirectory(path, lockPath, lock);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(lockPath);
            lock.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /** Holds that lock for as long as this is there. */
    void hold(LockFile other) {
        held.add(other);
    }

    Path etc() {
        return path.resolve("etc");
    }

    /** A directory of its own for what the container writes. */
    WritableLayer layer() throws IOException {
        Path upper = Files.createDirectory(path.resolve(UPPER));
        Files.setPosixFilePermissions(upper, PosixFilePermissions.fromString("rwxr-xr-x")); // it shows as the root's
        return new WritableLayer(upper, Files.createDirectory(path.resolve("work")));
    }

    /**
     * The root of the container: our mount points, the image's layers, those of its own mounts, and what the container writes.
     *
     * @param idMapped whether all of that is shown with the ids of the container's own user namespace
     */
    RootFilesystem root(
            Path mountPoints, List<Path> layers, Optional<Path> ownMountPoints, WritableLayer top, boolean idMapped)
            throws IOException {
        List<Path> lowers = new ArrayList<>();
        lowers.add(mountPoints);
        lowers.addAll(layers);
        ownMountPoints.ifPresent(lowers::add);
        return new RootFilesystem.Overlay(
                lowers, top.upper(), top.work(), Files.createDirectory(path.resolve("rootfs")), idMapped);
    }

    /** The same to look at, once the container has ended and its own mount is gone. */
    RootFilesystem.View view(Path mountPoints, List<Path> layers, WritableLayer top) throws IOException {
        List<Path> lowers = new ArrayList<>();
        lowers.add(mountPoints);
        lowers.addAll(layers);
        if (Files.isDirectory(top.upper())) { // the supervisor removes one that is empty
            lowers.add(top.upper());
        }
        return new RootFilesystem.View(lowers, Files.createTempDirectory(path, "view"));
    }

    /** Removes all of it. To be called once; when that fails, the next sweep finds it. */
    void remove(LinuxHost host) throws IOException {
        held.forEach(LockFile::close);
        try (lock) {
            if (!removePlainly()) {
                host.removeTree(path);
            }
            Files.deleteIfExists(lockPath);
        }
    }

    /** Leaves it as it is, to the next sweep. */
    void leave() {
        held.forEach(LockFile::close);
        lock.close();
    }

    /**
     * Removes it without an agent, which takes a fifth of the time, if the container has written nothing to its root: the
     * supervisor has removed the upper directory then, and all that is left was made by this JVM.
     */
    private boolean removePlainly() {
        if (Files.exists(path.resolve(UPPER), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            deleteAll(etc());
            deleteAll(path);
            return true;
        } catch (IOException e) {
            return false; // something is here that we did not expect
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }
}
