package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/** Archives for tests, entry by entry, with every lie that a header can tell. */
public final class Tars {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public Tars file(String name, String content) {
        return entry(name, '0', "", content, header -> {});
    }

    public Tars directory(String name) {
        return entry(name, '5', "", "", header -> header.put(TarBlock.MODE, 0755));
    }

    public Tars directory(String name, int mode) {
        return entry(name, '5', "", "", header -> header.put(TarBlock.MODE, mode));
    }

    public Tars symlink(String name, String target) {
        return entry(name, '2', target, "", header -> {});
    }

    public Tars hardLink(String name, String existing) {
        return entry(name, '1', existing, "", header -> {});
    }

    public Tars device(String name, int major, int minor) {
        return entry(name, '3', "", "", header -> {
            header.put(TarBlock.DEVICE_MAJOR, major);
            header.put(TarBlock.DEVICE_MINOR, minor);
        });
    }

    public Tars pax(String... keysAndValues) {
        return extension('x', keysAndValues);
    }

    public Tars extension(char flag, String... keysAndValues) {
        TreeMap<String, byte[]> records = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.put(keysAndValues[i], latin1(keysAndValues[i + 1]));
        }
        return entry(
                "pax", flag, "", new String(PaxRecords.format(records), StandardCharsets.ISO_8859_1), header -> {});
    }

    /** What {@link #entry} lets a test change before the checksum is made. */
    public interface Change {
        void to(TarBlock header);
    }

    /** Any header; strings are bytes, one a character. */
    public Tars entry(String name, char flag, String linkName, String content, Change change) {
        TarBlock header = TarBlock.ustar();
        header.put(TarBlock.NAME, latin1(name));
        header.put(TarBlock.LINK_NAME, latin1(linkName));
        header.put(TarBlock.MODE, 0644);
        header.put(TarBlock.UID, 0);
        header.put(TarBlock.GID, 0);
        header.put(TarBlock.SIZE_FIELD, content.length());
        header.put(TarBlock.MTIME, 0);
        header.typeFlag(flag);
        change.to(header);
        header.seal();
        bytes.writeBytes(header.bytes());
        bytes.writeBytes(latin1(content));
        bytes.writeBytes(new byte[-content.length() & 511]);
        return this;
    }

    /** The archive without its closing zeros. */
    public byte[] unclosed() {
        return bytes.toByteArray();
    }

    public byte[] bytes() {
        byte[] open = bytes.toByteArray();
        return Arrays.copyOf(open, open.length + 1024);
    }

    public InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    /** The archive as a layer, unpacked where overlayfs keeps its marks as root's does. */
    public UnpackedLayer unpackInto(MemoryFileTree tree) throws IOException {
        return LayerUnpacker.unpack(stream(), tree, ArchiveLimits.DEFAULT, OverlayForm.ROOT);
    }

    /** One entry of each kind, as metadata and content go through {@link TarWriter}. */
    static byte[] write(TarEntry... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        try {
            for (TarEntry entry : entries) {
                writer.add(
                        entry,
                        new ByteArrayInputStream(new byte[(int) entry.metadata().size()]));
            }
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static TarEntry entryOf(String path, TarType type, FileMetadata metadata) {
        return TarEntry.of(RawPath.of(path), type, metadata);
    }

    static TarReader reader(byte[] tar) {
        return new TarReader(new ByteArrayInputStream(tar), ArchiveLimits.DEFAULT);
    }

    static TarEntry only(byte[] tar) throws IOException {
        TarReader reader = reader(tar);
        Optional<TarEntry> first = reader.next();
        if (first.isEmpty() || reader.next().isPresent()) {
            throw new AssertionError("not exactly one entry");
        }
        return first.get();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
