package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
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
    private static final int ENTRY_BYTES = 70; // rather more than most need
    private static final int MOST_EXPECTED = 1_000_000;
    private static final int OPAQUE = 1;
    private static final int IMPLIED = 2;
    private static final int XATTRS = 4;
    private static final int LINK_TARGET = 8;
    private static final int HARD_LINK = 16;
    private static final int CONTENT = 32;

    private LayerIndexFormat() {}

    /** The bytes of the file. The same index always gives the same. */
    public static byte[] write(LayerIndex index) {
        int entries = index.entries().size();
        VarInts.Writer out = new VarInts.Writer(MAGIC.length + ENTRY_BYTES * Math.min(entries, MOST_EXPECTED));
        out.plain(MAGIC, 0, MAGIC.length);
        out.number(entries);
        byte[] before = {};
        for (LayerEntry entry : index.entries()) {
            byte[] path = entry.path().bytes();
            writePath(out, before, path);
            writeEntry(out, entry);
            before = path;
        }
        ByteBuffer content = out.written();
        byte[] file = new byte[content.remaining() + Integer.BYTES];
        content.get(file, 0, content.remaining());
        int end = file.length - Integer.BYTES;
        ByteBuffer.wrap(file).putInt(end, checksum(file, end));
        return file;
    }

    private static void writePath(VarInts.Writer out, byte[] before, byte[] path) {
        int mismatch = Arrays.mismatch(before, path);
        int shared = mismatch < 0 ? path.length : mismatch;
        out.number(shared);
        out.number(path.length - shared);
        out.plain(path, shared, path.length - shared);
    }

    private static void writeEntry(VarInts.Writer out, LayerEntry entry) {
        FileMetadata metadata = entry.metadata();
        out.number(flags(entry));
        out.number(metadata.mode());
        out.number(Integer.toUnsignedLong(metadata.uid()));
        out.number(Integer.toUnsignedLong(metadata.gid()));
        out.number(metadata.size());
        out.signed(metadata.mtimeSeconds());
        out.number(metadata.mtimeNanos());
        if (metadata.isDevice()) {
            out.number(metadata.deviceMajor());
            out.number(metadata.deviceMinor());
        }
        if (!metadata.xattrs().isEmpty()) {
            out.number(metadata.xattrs().size());
            metadata.xattrs().forEach((name, value) -> {
                out.bytes(name.getBytes(StandardCharsets.UTF_8));
                out.bytes(value);
            });
        }
        entry.linkTarget().ifPresent(out::bytes);
        entry.hardLinkTo().ifPresent(first -> out.bytes(first.bytes()));
        entry.content().ifPresent(content -> out.hex(content.hex()));
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
