package dev.skiff.build.context;

import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers from one build to the next which content the files of a directory had, so that an unchanged file costs one
 * stat(2). It is only ever a short cut: what is lost or damaged is as good as none. Thread-safe: the steps of a build use it
 * side by side, and of two builds that end at once the later one's knowledge stays.
 */
public final class FileDigests {
    private static final int FORMAT = 0x534b4432; // "SKD2"
    private static final int SHA256_BYTES = 32;

    /** Builds of other targets ask for other files; what no build has asked for this many times is forgotten. */
    private static final int MOST_IDLE = 16;

    private final Optional<Path> file;
    private final Map<RawPath, Known> before;
    private final Map<RawPath, Known> now = new ConcurrentHashMap<>();
    private volatile boolean changed;

    /** @param settled whether the stamp tells for certain, so that the next build may rely on it as well as this one */
    private record Known(FileStamp stamp, Digest digest, boolean settled, int idle) {
        Known idled() {
            return new Known(stamp, digest, settled, idle + 1);
        }
    }

    private FileDigests(Optional<Path> file, Map<RawPath, Known> before) {
        this.file = file;
        this.before = before;
    }

    /** Remembers for the steps of one build. */
    public static FileDigests ofOneBuild() {
        return new FileDigests(Optional.empty(), Map.of());
    }

    /** What earlier builds have left in this file, if they have. */
    public static FileDigests load(Path file) {
        try {
            return new FileDigests(Optional.of(file), read(ByteBuffer.wrap(Files.readAllBytes(file))));
        } catch (IOException | BufferUnderflowException | IllegalArgumentException noneOrDamaged) {
            return new FileDigests(Optional.of(file), Map.of());
        }
    }

    private static Map<RawPath, Known> read(ByteBuffer in) throws IOException {
        if (in.getInt() != FORMAT) {
            throw new IOException("of another version");
        }
        Map<RawPath, Known> known = new HashMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            RawPath path = RawPath.ofBytes(bytes(in, Short.toUnsignedInt(in.getShort())));
            int idle = in.get();
            FileStamp stamp = new FileStamp(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
            String hex = HexFormat.of().formatHex(bytes(in, SHA256_BYTES));
            known.put(path, new Known(stamp, new Digest(Digest.Algorithm.SHA256, hex), true, idle));
        }
        return known;
    }

    private static byte[] bytes(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    Optional<Digest> find(RawPath path, FileStamp stamp) {
        Known known = now.get(path);
        if (known == null) {
            known = before.get(path);
        }
        if (known == null || !known.stamp().equals(stamp)) {
            return Optional.empty();
        }
        now.putIfAbsent(path, known.idle() == 0 ? known : new Known(stamp, known.digest(), known.settled(), 0));
        return Optional.of(known.digest());
    }

    /** @param settled whether the stamp tells for certain, so that the next build may rely on it as well as this one */
    void remember(RawPath path, FileStamp stamp, Digest digest, boolean settled) {
        now.put(path, new Known(stamp, digest, settled, 0));
        if (settled) {
            changed = true;
        }
    }

    /** Keeps for the next builds what this one has found out; where that cannot be, they find it out again. */
    public void save() {
        try {
            if (file.isPresent() && changed) {
                write(file.get());
            }
        } catch (IOException fullOrInterrupted) {
            // a short cut is no reason to fail
        }
    }

    private void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "digests", ".tmp");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16))) {
                write(known(), out);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Map<RawPath, Known> known() {
        Map<RawPath, Known> known = new HashMap<>();
        before.forEach((path, old) -> {
            if (old.idle() < MOST_IDLE) {
                known.put(path, old.idled());
            }
        });
        known.putAll(now);
        known.values().removeIf(each -> !each.settled());
        return known;
    }

    private static void write(Map<RawPath, Known> known, DataOutputStream out) throws IOException {
        out.writeInt(FORMAT);
        out.writeInt(known.size());
        for (Map.Entry<RawPath, Known> entry : known.entrySet()) {
            byte[] path = entry.getKey().bytes();
            out.writeShort(path.length);
            out.write(path);
            out.writeByte(entry.getValue().idle());
            FileStamp stamp = entry.getValue().stamp();
            out.writeLong(stamp.device());
            out.writeLong(stamp.inode());
            out.writeLong(stamp.size());
            out.writeLong(stamp.modifiedNanos());
            out.writeLong(stamp.changedNanos());
            out.write(HexFormat.of().parseHex(entry.getValue().digest().hex()));
        }
    }
}
