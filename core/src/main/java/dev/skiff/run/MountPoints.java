package dev.skiff.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The lowest layer of every container: an empty file or directory wherever something is mounted in each of them. Without it
 * the mounts would leave their places behind in the container's own layer, and so in what a build makes of it.
 */
final class MountPoints {
    private static final List<String> DIRECTORIES = List.of("proc", "sys", "dev", "etc");

    private MountPoints() {}

    /** The directory, made when it is not there yet. Any number of JVMs may do so at once. */
    static Path in(Path home) throws IOException {
        Path layer = home.resolve("mountpoints");
        Path last = layer.resolve("etc").resolve(EtcFiles.NAMES.get(EtcFiles.NAMES.size() - 1));
        if (Files.exists(last)) {
            return layer;
        }
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
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            return; // another JVM has just made it
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void file(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
