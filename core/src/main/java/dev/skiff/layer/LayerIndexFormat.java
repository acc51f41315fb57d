package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The file in which a layer's index is kept: a line that says what it is, the number of entries, the entries in order, and a
 * checksum. Numbers are seven bits a byte, and a path says how much of the one before it begins with, which makes about 60
 * bytes an entry, half of it the content's hash.
 */
public final class LayerIndexFormat {
    private static final byte[] MAGIC = "skiff layer index 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int OPAQUE = 1;
    private static final int IMPLIED = 2;
    private static final int XATTRS = 4;
    private static final int LINK_TARGET = 8;
    private static final int HARD_LINK = 16;
    private static final int CONTENT = 32;

    private LayerIndexFormat() {}

    /** The bytes of the file. The same index always gives the same. */
    public static byte[] write(LayerIndex index) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        VarInts.write(out, index.entries().size());
        byte[] before = {};
        for (LayerEntry entry : index.entries()) {
            byte[] path = entry.path().bytes();
            writePath(out, before, path);
            writeEntry(out, entry);
            before = path;
        }
        byte[] content = out.toByteArray();
        return ByteBuffer.allocate(content.length + Integer.BYTES)
                .put(content)
                .putInt(checksum(content, content.length))
                .array();
    }

    private static void writePath(ByteArrayOutputStream out, byte[] before, byte[] path) {
        int mismatch = Arrays.mismatch(before, path);
        int shared = mismatch < 0 ? path.length : mismatch;
        VarInts.write(out, shared);
        VarInts.writeBytes(out, Arrays.copyOfRange(path, shared, path.length));
    }

    private static void writeEntry(ByteArrayOutputStream out, LayerEntry entry) {
        FileMetadata metadata = entry.metadata();
        VarInts.write(out, flags(entry));
        VarInts.write(out, metadata.mode());
        VarInts.write(out, Integer.toUnsignedLong(metadata.uid()));
        VarInts.write(out, Integer.toUnsignedLong(metadata.gid()));
        VarInts.write(out, metadata.size());
        VarInts.writeSigned(out, metadata.mtimeSeconds());
        VarInts.write(out, metadata.mtimeNanos());
        if (metadata.isDevice()) {
            VarInts.write(out, metadata.deviceMajor());
            VarInts.write(out, metadata.deviceMinor());
        }
        if (!metadata.xattrs().isEmpty()) {
            VarInts.write(out, metadata.xattrs().size());
            metadata.xattrs().forEach((name, value) -> {
                VarInts.writeBytes(out, name.getBytes(StandardCharsets.UTF_8));
                VarInts.writeBytes(out, value);
            });
        }
        entry.linkTarget().ifPresent(target -> VarInts.writeBytes(out, target));
        entry.hardLinkTo().ifPresent(first -> VarInts.writeBytes(out, first.bytes()));
        entry.content().ifPresent(digest -> out.writeBytes(HexFormat.of().parseHex(digest.hex())));
    }

    private static int flags(LayerEntry entry) {
        return (entry.opaque() ? OPAQUE : 0)
                | (entry.implied() ? IMPLIED : 0)
                | (entry.metadata().xattrs().isEmpty() ? 0 : XATTRS)
                | (entry.linkTarget().isPresent() ? LINK_TARGET : 0)
                | (entry.hardLinkTo().isPresent() ? HARD_LINK : 0)
                | (entry.content().isPresent() ? CONTENT : 0);
    }

    /**
     * The index in these bytes.
     *
     * @throws ArchiveException if the file is damaged or of another version
     */
    public static LayerIndex read(byte[] file) throws ArchiveException {
        int end = file.length - Integer.BYTES;
        if (end < MAGIC.length || !Arrays.equals(MAGIC, 0, MAGIC.length, file, 0, MAGIC.length)) {
            throw new ArchiveException("this is no layer index of this version of Skiff");
        }
        if (ByteBuffer.wrap(file).getInt(end) != checksum(file, end)) {
            throw new ArchiveException("the layer index is damaged"); // told before anything in it is believed
        }
        VarInts.Reader in = new VarInts.Reader(file, MAGIC.length);
        int count = in.length();
        List<LayerEntry> entries = new ArrayList<>();
        byte[] before = {};
        for (int i = 0; i < count; i++) {
            before = readPath(in, before);
            entries.add(readEntry(in, RawPath.ofBytes(before)));
        }
        return LayerIndex.of(entries);
    }

    private static int checksum(byte[] file, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(file, 0, length);
        return (int) checksum.getValue();
    }

    private static byte[] readPath(VarInts.Reader in, byte[] before) throws ArchiveException {
        int shared = in.length();
        byte[] suffix = in.bytes();
        if (shared > before.length) {
            throw new ArchiveException("the layer index is damaged");
        }
        byte[] path = Arrays.copyOf(before, shared + suffix.length);
        System.arraycopy(suffix, 0, path, shared, suffix.length);
        return path;
    }

    private static LayerEntry readEntry(VarInts.Reader in, RawPath path) throws ArchiveException {
        int flags = in.length();
        FileMetadata metadata = readMetadata(in);
        if ((flags & XATTRS) != 0) {
            metadata = metadata.withXattrs(readXattrs(in));
        }
        Optional<byte[]> target = (flags & LINK_TARGET) != 0 ? Optional.of(in.bytes()) : Optional.empty();
        Optional<RawPath> first =
                (flags & HARD_LINK) != 0 ? Optional.of(RawPath.ofBytes(in.bytes())) : Optional.empty();
        Optional<Digest> content = (flags & CONTENT) != 0 ? Optional.of(readDigest(in)) : Optional.empty();
        return new LayerEntry(path, metadata, target, first, content, (flags & OPAQUE) != 0, (flags & IMPLIED) != 0);
    }

    private static FileMetadata readMetadata(VarInts.Reader in) throws ArchiveException {
        FileMetadata metadata = FileMetadata.of((int) in.number(), 0)
                .withOwner((int) in.number(), (int) in.number())
                .withSize(in.number())
                .withMtime(in.signed(), (int) in.number());
        return metadata.isDevice() ? metadata.withDevice((int) in.number(), (int) in.number()) : metadata;
    }

    private static SortedMap<String, byte[]> readXattrs(VarInts.Reader in) throws ArchiveException {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (int left = in.length(); left > 0; left--) {
            xattrs.put(new String(in.bytes(), StandardCharsets.UTF_8), in.bytes());
        }
        return xattrs;
    }

    private static Digest readDigest(VarInts.Reader in) throws ArchiveException {
        return new Digest(Digest.Algorithm.SHA256, HexFormat.of().formatHex(in.bytes(32)));
    }
}
