package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a tar archive whose bytes depend on nothing but the entries: ustar, with a PAX header for the entries that need
 * one. There are no user and group names, no times but the time of modification, which keeps its nanoseconds.
 */
public final class TarWriter {
    private static final byte[] PAX_NAME = "././@PaxHeader".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ZEROS = new byte[TarBlock.SIZE];

    private final OutputStream out;
    private final TarBlock header = TarBlock.ustar(); // of one entry after the other
    private final TarBlock paxHeader = paxHeader();
    private final SortedMap<String, byte[]> pax = new TreeMap<>();
    private final byte[] headers = new byte[3 * TarBlock.SIZE]; // of most entries, to be written in one go

    /** The stream is the caller's to close. */
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes an entry and, for a file, as much content as its metadata says.
     *
     * @throws EOFException if there is less
     */
    public void add(TarEntry entry, InputStream content) throws IOException {
        passing(entry, content).transferTo(OutputStream.nullOutputStream());
    }

    /** Writes a file that is in memory, and as large as its metadata says. */
    void add(TarEntry entry, Slice content) throws IOException {
        if (content.length() != entry.metadata().size()) {
            throw new IllegalArgumentException(
                    entry.path() + " has " + entry.metadata().size() + " bytes, not " + content.length());
        }
        writeHeaders(entry);
        content.writeTo(out);
        pad(content.length());
    }

    /**
     * Writes an entry whose content somebody else reads: the stream that comes back puts into the archive what is read from
     * it, and has to be read to its end before the next entry.
     */
    InputStream passing(TarEntry entry, InputStream content) throws IOException {
        writeHeaders(entry);
        return new Passing(
                content, entry.type() == TarType.FILE ? entry.metadata().size() : 0);
    }

    private void writeHeaders(TarEntry entry) throws IOException {
        pax.clear();
        fillHeader(entry, pax);
        header.seal();
        if (pax.isEmpty()) {
            out.write(header.bytes());
        } else {
            writePaxAndHeader(PaxRecords.format(pax));
        }
    }

    private void writePaxAndHeader(byte[] records) throws IOException {
        paxHeader.put(TarBlock.SIZE_FIELD, records.length);
        paxHeader.seal();
        int headerAt = TarBlock.SIZE + records.length + padding(records.length);
        int length = headerAt + TarBlock.SIZE;
        byte[] all = length <= headers.length ? headers : new byte[length];
        System.arraycopy(paxHeader.bytes(), 0, all, 0, TarBlock.SIZE);
        System.arraycopy(records, 0, all, TarBlock.SIZE, records.length);
        Arrays.fill(all, TarBlock.SIZE + records.length, headerAt, (byte) 0);
        System.arraycopy(header.bytes(), 0, all, headerAt, TarBlock.SIZE);
        out.write(all, 0, length);
    }

    /** Writes the two blocks of zeros that end an archive. */
    public void finish() throws IOException {
        out.write(new byte[2 * TarBlock.SIZE]);
        out.flush();
    }

    private void fillHeader(TarEntry entry, SortedMap<String, byte[]> pax) throws ArchiveException {
        FileMetadata metadata = entry.metadata();
        header.clear();
        header.typeFlag(entry.type().flag());
        putName(header, nameOf(entry), pax);
        putLinkName(header, entry.linkName().orElse(new byte[0]), pax);
        header.put(TarBlock.MODE, metadata.permissions());
        putNumber(header, TarBlock.UID, "uid", Integer.toUnsignedLong(metadata.uid()), pax);
        putNumber(header, TarBlock.GID, "gid", Integer.toUnsignedLong(metadata.gid()), pax);
        putNumber(header, TarBlock.SIZE_FIELD, "size", entry.type() == TarType.FILE ? metadata.size() : 0, pax);
        putTime(header, new PaxTime(metadata.mtimeSeconds(), metadata.mtimeNanos()), pax);
        header.put(TarBlock.DEVICE_MAJOR, metadata.deviceMajor());
        header.put(TarBlock.DEVICE_MINOR, metadata.deviceMinor());
        if (entry.type() != TarType.HARD_LINK) {
            putXattrs(entry, pax);
        }
    }

    private static byte[] nameOf(TarEntry entry) {
        byte[] name = entry.path().isRoot() ? new byte[] {'.'} : entry.path().bytes();
        if (entry.type() == TarType.DIRECTORY) {
            name = Arrays.copyOf(name, name.length + 1);
            name[name.length - 1] = '/';
        }
        return name;
    }

    private static void putName(TarBlock header, byte[] name, SortedMap<String, byte[]> pax) {
        if (name.length <= TarBlock.NAME.length()) {
            header.put(TarBlock.NAME, name);
            return;
        }
        int slash = splitAt(name);
        if (slash > 0) {
            header.put(TarBlock.PREFIX, Arrays.copyOf(name, slash));
            header.put(TarBlock.NAME, Arrays.copyOfRange(name, slash + 1, name.length));
        } else {
            putPath(pax, "path", name);
            header.put(TarBlock.NAME, Arrays.copyOf(name, TarBlock.NAME.length()));
        }
    }

    /** The slash that parts a long name into what fits the prefix and what fits the name; 0 for none. */
    private static int splitAt(byte[] name) {
        int slash =
                Math.min(TarBlock.PREFIX.length(), name.length - 2); // a directory's name keeps more than its own slash
        while (slash > 0 && name[slash] != '/') {
            slash--;
        }
        return name.length - slash - 1 <= TarBlock.NAME.length() ? slash : 0;
    }

    private static void putLinkName(TarBlock header, byte[] linkName, SortedMap<String, byte[]> pax) {
        if (linkName.length > TarBlock.LINK_NAME.length()) {
            putPath(pax, "linkpath", linkName);
        }
        header.put(TarBlock.LINK_NAME, Arrays.copyOf(linkName, Math.min(linkName.length, TarBlock.LINK_NAME.length())));
    }

    private static void putPath(SortedMap<String, byte[]> pax, String key, byte[] path) {
        pax.put(key, path);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path));
        } catch (CharacterCodingException e) {
            pax.put("hdrcharset", "BINARY".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void putNumber(
            TarBlock header, TarBlock.Field field, String key, long number, SortedMap<String, byte[]> pax) {
        if (TarBlock.fits(field, number)) {
            header.put(field, number);
        } else {
            header.put(field, 0);
            pax.put(key, Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void putTime(TarBlock header, PaxTime time, SortedMap<String, byte[]> pax) {
        boolean fits = TarBlock.fits(TarBlock.MTIME, time.seconds());
        header.put(TarBlock.MTIME, fits ? time.seconds() : 0);
        if (!fits || time.nanos() != 0) {
            pax.put("mtime", time.bytes());
        }
    }

    private static void putXattrs(TarEntry entry, SortedMap<String, byte[]> pax) throws ArchiveException {
        for (Map.Entry<String, byte[]> xattr : entry.metadata().xattrs().entrySet()) {
            if (xattr.getKey().indexOf('=') >= 0) {
                throw new ArchiveException("extended attribute \"" + xattr.getKey() + "\" of " + entry.path()
                        + ": a tar archive cannot hold one with '=' in its name");
            }
            pax.put(TarExtensions.XATTR + xattr.getKey(), xattr.getValue());
        }
    }

    /** All but the size of the records, which is the next entry's affair. */
    private static TarBlock paxHeader() {
        TarBlock block = TarBlock.ustar();
        block.typeFlag('x');
        block.put(TarBlock.NAME, PAX_NAME);
        block.put(TarBlock.MODE, 0644);
        for (TarBlock.Field zero : new TarBlock.Field[] {
            TarBlock.UID, TarBlock.GID, TarBlock.MTIME, TarBlock.DEVICE_MAJOR, TarBlock.DEVICE_MINOR
        }) {
            block.put(zero, 0);
        }
        return block;
    }

    private void pad(long size) throws IOException {
        out.write(ZEROS, 0, padding(size));
    }

    private static int padding(long size) {
        return (int) (-size & TarBlock.SIZE - 1);
    }

    private final class Passing extends InputStream {
        private final InputStream content;
        private final long size;
        private long left;

        Passing(InputStream content, long size) {
            this.content = content;
            this.size = size;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int got = content.read(target, offset, (int) Math.min(length, left));
            if (got < 0) {
                throw new EOFException("a file ended " + left + " bytes early");
            }
            out.write(target, offset, got);
            left -= got;
            if (left == 0) {
                pad(size);
            }
            return got;
        }
    }
}
