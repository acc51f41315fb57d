package dev.skiff.store;

import dev.skiff.DigestMismatchException;
import dev.skiff.StoreException;
import dev.skiff.layer.DigestingInputStream;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.Json;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/** The blobs of the image layout: files named by their digest, never changed. What is there has been checked on its way in. */
final class BlobStore {
    private final StoreHome home;
    private final Workspace workspace;

    BlobStore(StoreHome home, Workspace workspace) {
        this.home = home;
        this.workspace = workspace;
    }

    Path path(Digest digest) {
        return home.oci().resolve(ImageLayout.blob(digest));
    }

    boolean has(Descriptor blob) {
        return size(blob.digest()).filter(size -> size == blob.size()).isPresent();
    }

    /** The size of a blob that is there. */
    Optional<Long> size(Digest digest) {
        try {
            BasicFileAttributes file =
                    Files.readAttributes(path(digest), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return file.isRegularFile() ? Optional.of(file.size()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(path(digest), LinkOption.NOFOLLOW_LINKS, StandardOpenOption.READ);
    }

    /** A document, small enough to hold and to check anew: a damaged store says so instead of running something else. */
    byte[] document(Descriptor blob) {
        Path file = path(blob.digest());
        byte[] content = StoreIo.call("read a document of the store", file, () -> {
            try (InputStream in = open(blob.digest())) {
                return in.readNBytes(Json.MAX_BYTES + 1);
            }
        });
        if (!blob.describes(content)) {
            throw new StoreException(
                    file + " is damaged: it is not what its name says; pull or build the image again", file);
        }
        return content;
    }

    /**
     * Removes a blob that is not what its name says, so that it can be had again.
     *
     * @return whether it was such a one
     */
    boolean removeIfDamaged(Descriptor blob) throws IOException {
        if (!has(blob)) {
            return false;
        }
        Digester digester = new Digester(blob.digest().algorithm());
        try (InputStream in = new DigestingInputStream(open(blob.digest()), digester)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return !digester.digest().equals(blob.digest()) && Files.deleteIfExists(path(blob.digest()));
    }

    private boolean holds(Descriptor blob, byte[] content) throws IOException {
        return has(blob) && Arrays.equals(Files.readAllBytes(path(blob.digest())), content);
    }

    /** Adds a document unless it is there, undamaged. */
    void put(Descriptor blob, byte[] content) throws IOException {
        if (!blob.describes(content)) {
            throw new AssertionError("a document and its descriptor disagree: " + blob.digest());
        }
        if (!holds(blob, content)) {
            try (BlobWriter writer = writer(blob, "a document")) {
                writer.write(content, 0, content.length);
                writer.commit();
            }
        }
    }

    /**
     * Begins a blob that comes piece by piece.
     *
     * @param source where from, as a person would name it
     */
    BlobWriter writer(Descriptor blob, String source) throws IOException {
        return new BlobWriter(blob, source, workspace.newName("blob"), this);
    }

    /** Shows a blob that is written, checked and on the disk. */
    void publish(Path written, Digest digest) throws IOException {
        Path target = path(digest);
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("r--r--r--"));
        Path directory = home.blobs().resolve(digest.algorithm().toString());
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            DurableFiles.forceName(directory);
        }
        DurableFiles.publish(written, target);
    }

    static DigestMismatchException mismatch(String source, Object expected, Object actual) {
        return new DigestMismatchException(source, expected.toString(), actual.toString());
    }
}
