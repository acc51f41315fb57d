package dev.skiff.build.copy;

import dev.skiff.oci.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers from one build to the next which content a file of the context had, so that an unchanged file costs one stat(2).
 * It is only ever a short cut: a file that is lost or damaged is as good as none. One build at a time.
 */
public final class FileDigests {
    private static final int FORMAT = 0x534b4431; // "SKD1"

    private final Path file;
    private final Map<String, Known> before;
    private final Map<String, Known> now = new HashMap<>();
    private boolean changed;

    private record Known(FileStamp stamp, Digest digest, boolean beyond) {}

    private FileDigests(Path file, Map<String, Known> before) {
        this.file = file;
        this.before = before;
    }

    /** What an earlier build has left in this file, if it has. */
    public static FileDigests load(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            return new FileDigests(file, read(in));
        } catch (NoSuchFileException none) {
            return new FileDigests(file, Map.of());
        } catch (IOException | IllegalArgumentException damaged) {
            return new FileDigests(file, Map.of());
        }
    }

    private static Map<String, Known> read(DataInputStream in) throws IOException {
        if (in.readInt() != FORMAT) {
            throw new IOException("of another version");
        }
        int count = in.readInt();
        Map<String, Known> known = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String path = in.readUTF();
            FileStamp stamp = new FileStamp(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
            known.put(path, new Known(stamp, Digest.parse(in.readUTF()), true));
        }
        return known;
    }

    Optional<Digest> find(String path, FileStamp stamp) {
        Known known = now.getOrDefault(path, before.get(path));
        if (known == null || !known.stamp().equals(stamp)) {
            return Optional.empty();
        }
        now.put(path, known);
        return Optional.of(known.digest());
    }

    /** @param beyond whether the stamp tells for certain, so that the next build may rely on it as well as this one */
    void remember(String path, FileStamp stamp, Digest digest, boolean beyond) {
        now.put(path, new Known(stamp, digest, beyond));
        changed |= beyond;
    }

    /** Keeps for the next build what this one has asked for. */
    public void save() throws IOException {
        if (!changed) {
            return;
        }
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "digests", ".tmp");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16))) {
                write(out);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void write(DataOutputStream out) throws IOException {
        now.values().removeIf(known -> !known.beyond());
        out.writeInt(FORMAT);
        out.writeInt(now.size());
        for (Map.Entry<String, Known> entry : now.entrySet()) {
            FileStamp stamp = entry.getValue().stamp();
            out.writeUTF(entry.getKey());
            out.writeLong(stamp.device());
            out.writeLong(stamp.inode());
            out.writeLong(stamp.size());
            out.writeLong(stamp.modifiedNanos());
            out.writeLong(stamp.changedNanos());
            out.writeUTF(entry.getValue().digest().toString());
        }
    }
}
