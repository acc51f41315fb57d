package dev.skiff.run;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerIndex;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The lowest layer of every container: an empty file or directory wherever something is mounted in each of them. Without it
 * the mounts would leave their places behind in the container's own layer, and so in what a build makes of it.
 */
public final class MountPoints {
    private static final List<String> DIRECTORIES = List.of("proc", "sys", "dev", "etc");

    private static final int DIRECTORY_MODE = 0755;
    private static final int FILE_MODE = 0644;

    private MountPoints() {}

    /** What is in it, as of a layer. */
    public static LayerIndex index() {
        List<LayerEntry> entries = new ArrayList<>();
        DIRECTORIES.forEach(
                name -> entries.add(LayerEntry.directory(RawPath.of(name), FileMetadata.directory(DIRECTORY_MODE))));
        EtcFiles.NAMES.forEach(
                name -> entries.add(LayerEntry.file(RawPath.of("etc/" + name), FileMetadata.regular(FILE_MODE, 0))));
        return LayerIndex.of(entries);
    }

    /**
     * The directory, made as far as it is not there yet. Any number of JVMs may do so at once, and whoever made a part of it
     * may have died before that had its mode.
     */
    static Path in(Path home) throws IOException {
        Path layer = home.resolve("mountpoints");
        directory(layer);
        for (String name : DIRECTORIES) {
            directory(layer.resolve(name));
        }
        for (String name : EtcFiles.NAMES) {
            file(layer.resolve("etc").resolve(name));
        }
        return layer;
    }

    private static void directory(Path path) throws IOException {
        if (Files.notExists(path)) {
            try {
                Files.createDirectory(path);
            } catch (FileAlreadyExistsException e) {
                // another JVM has just made it
            }
        }
        mode(path, "rwxr-xr-x");
    }

    private static void file(Path path) throws IOException {
        if (Files.notExists(path)) {
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException e) {
                // another JVM has just made it
            }
        }
        mode(path, "rw-r--r--");
    }

    private static void mode(Path path, String wanted) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(wanted);
        if (!Files.getPosixFilePermissions(path).equals(permissions)) {
            Files.setPosixFilePermissions(path, permissions);
        }
    }
}
