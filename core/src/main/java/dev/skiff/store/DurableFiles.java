package dev.skiff.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Files that are there whole or not at all, also after a power cut: written beside, forced to the disk, renamed. */
final class DurableFiles {
    /** What the names of temporary files begin with. */
    static final String PREFIX = "file-";

    private DurableFiles() {}

    /** Replaces the file. When this returns the new content is on the disk. */
    static void write(Path file, byte[] content, Path temporary) throws IOException {
        Path written = writeTemporary(content, temporary, true);
        publish(written, file);
    }

    /** Replaces a file that may be lost in a power cut, as long as it is not torn; its reader has to be able to tell. */
    static void writeLazily(Path file, byte[] content, Path temporary) throws IOException {
        Path written = writeTemporary(content, temporary, false);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes the file unless there is one already, which then stays. */
    static void writeNew(Path file, byte[] content, Path temporary) throws IOException {
        Path written = writeTemporary(content, temporary, true);
        try {
            Files.createLink(file, written); // unlike rename(2), link(2) replaces nothing
            forceName(file);
        } catch (FileAlreadyExistsException e) {
            // somebody else was faster
        } finally {
            Files.delete(written);
        }
    }

    /** Moves a file or directory that is on the disk already to where it is seen. */
    static void publish(Path written, Path target) throws IOException {
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        forceName(target);
    }

    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static Path writeTemporary(byte[] content, Path temporary, boolean force) throws IOException {
        Path file = temporary.resolve(PREFIX + UUID.randomUUID());
        try (FileChannel channel = create(file)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (force) {
                channel.force(true);
            }
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return file;
    }

    /** Has the name of a file on the disk: it is its directory that holds it. */
    static void forceName(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent(), "the root has no name");
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
