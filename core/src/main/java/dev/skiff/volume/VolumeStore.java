package dev.skiff.volume;

import dev.skiff.StoreException;
import dev.skiff.linux.LinuxHost;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The volumes in one home. Any number of JVMs may have the same one open. Thread-safe. */
public final class VolumeStore {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
    private static final String LOCK = ".lock";
    private static final String UNFINISHED = ".new-";
    /** To make a volume takes milliseconds. */
    private static final Duration FORGOTTEN = Duration.ofDays(2);

    private final Path directory;
    private final Supplier<LinuxHost> kernel;

    /**
     * @param home of the store; {@code volumes} is made in it when the first one is
     * @param kernel asked for only when a volume is filled or removed
     */
    public VolumeStore(Path home, Supplier<LinuxHost> kernel) {
        this.directory = home.resolve("volumes");
        this.kernel = kernel;
    }

    /** The volume of that name, made if it is not there. */
    public StoredVolume create(String name) {
        StoredVolume volume = at(name);
        try {
            if (!volume.exists()) {
                make(volume);
            }
            return volume;
        } catch (IOException e) {
            throw new StoreException("create volume " + name + ": " + e.getMessage(), directory, e);
        }
    }

    /** Complete when it gets its name. */
    private void make(StoredVolume volume) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(
                directory, PosixFilePermissions.fromString("rwx------")); // its files may be setuid
        Path fresh = Files.createDirectory(directory.resolve(UNFINISHED + UUID.randomUUID()));
        Path data = Files.createDirectory(fresh.resolve(StoredVolume.DATA));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(fresh, volume.path(), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            Files.delete(data);
            Files.delete(fresh); // somebody was faster, and theirs is as good
        }
    }

    /** Removes what JVMs that died have left of volumes that they removed, or were about to make. */
    public void sweep() {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (isLeft(file)) {
                    kernel.get().removeTree(file);
                }
            }
        } catch (IOException e) {
            throw new StoreException("remove what is left of volumes: " + e.getMessage(), directory, e);
        }
    }

    private static boolean isLeft(Path file) throws IOException {
        String name = file.getFileName().toString();
        try {
            return name.startsWith(StoredVolume.GONE)
                    || (name.startsWith(UNFINISHED)
                            && Files.getLastModifiedTime(file)
                                    .toInstant()
                                    .isBefore(Instant.now().minus(FORGOTTEN)));
        } catch (NoSuchFileException e) {
            return false; // whoever made it is done
        }
    }

    public Optional<StoredVolume> find(String name) {
        return Optional.of(at(name)).filter(StoredVolume::exists);
    }

    /** All of them, by name. */
    public List<StoredVolume> list() {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches() && !name.endsWith(LOCK))
                    .map(this::at)
                    .filter(StoredVolume::exists)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new StoreException("list the volumes: " + e.getMessage(), directory, e);
        }
    }

    private StoredVolume at(String name) {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches() || name.endsWith(LOCK)) {
            throw new IllegalArgumentException(
                    "name must be of letters, digits, \"_\", \".\" and \"-\", begin with a letter"
                            + " or a digit, and not end with \"" + LOCK + "\", got \"" + name + "\"");
        }
        return new StoredVolume(name, directory.resolve(name), directory.resolve(name + LOCK), kernel);
    }
}
