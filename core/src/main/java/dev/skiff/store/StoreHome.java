package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.oci.Json;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where things are below the home of a store.
 *
 * @param root the home itself
 */
record StoreHome(Path root) {
    private static final String VERSION = "1\n";

    Path oci() {
        return root.resolve("oci");
    }

    Path blobs() {
        return oci().resolve(ImageLayout.BLOBS);
    }

    Path index() {
        return oci().resolve(ImageLayout.INDEX_FILE);
    }

    Path layers() {
        return root.resolve("layers");
    }

    Path containers() {
        return root.resolve("containers");
    }

    Path diffIds() {
        return root.resolve("cache/diffids");
    }

    Path packed() {
        return root.resolve("cache/packed");
    }

    Path steps() {
        return root.resolve("cache/steps");
    }

    Path cacheMounts() {
        return root.resolve("cache/mounts");
    }

    Path locks() {
        return root.resolve("locks");
    }

    Path temporary() {
        return root.resolve("tmp");
    }

    /**
     * Makes what is missing. Only the owner may enter: files of images may be setuid, and any user of the host who reaches
     * one can run it (CVE-2021-41091).
     */
    static StoreHome prepare(Path root) {
        StoreHome home = new StoreHome(root.toAbsolutePath().normalize());
        try {
            home.makeDirectories();
            home.checkVersion();
            home.makeLayout();
        } catch (IOException e) {
            throw StoreIo.failure("open the store", home.root, e);
        }
        return home;
    }

    private void makeDirectories() throws IOException {
        Files.createDirectories(root);
        for (Path directory : List.of(
                root,
                oci(),
                blobs(),
                layers(),
                containers(),
                root.resolve("cache"),
                diffIds(),
                packed(),
                steps(),
                locks(),
                temporary())) {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
            if (!Files.getPosixFilePermissions(directory).equals(PosixFilePermissions.fromString("rwx------"))) {
                Files.setPosixFilePermissions(
                        directory, PosixFilePermissions.fromString("rwx------")); // whatever the umask
            }
        }
    }

    private void checkVersion() throws IOException {
        Path file = root.resolve("version");
        if (Files.notExists(file)) {
            DurableFiles.write(file, VERSION.getBytes(StandardCharsets.US_ASCII), temporary());
        }
        String version = Files.readString(file);
        if (!version.equals(VERSION)) {
            throw new StoreException(
                    "the store at " + root + " is of version " + version.strip() + ", this Skiff knows version "
                            + VERSION.strip() + " only; use the Skiff that made it, or another home",
                    root);
        }
    }

    private void makeLayout() throws IOException {
        Path marker = oci().resolve(ImageLayout.FILE);
        if (Files.notExists(index())) {
            writeIfAbsent(index(), Json.write(Index.of(List.of())));
        }
        if (Files.notExists(marker)) {
            writeIfAbsent(marker, Json.write(ImageLayout.current()));
        }
    }

    // Two JVMs may open a new home at once, and the slower must not undo what the faster has done meanwhile.
    private void writeIfAbsent(Path file, byte[] content) throws IOException {
        DurableFiles.writeNew(file, content, temporary());
    }
}
