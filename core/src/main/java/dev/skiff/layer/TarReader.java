package dev.skiff.layer;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads a tar archive as it streams by, with names as the bytes they are: ustar, PAX, GNU and the seventh edition. It is as
 * forgiving as real images need (an end without the closing zeros, or without the last padding) and bounded everywhere: an
 * archive that asks for more than its {@link ArchiveLimits} is refused while it is read.
 *
 * <p>Sparse files and unknown kinds are refused, global PAX headers passed over.
 */
public final class TarReader implements Closeable {
    private final InputStream in;
    private final ArchiveLimits limits;
    private final InputStream content = new Content();
    private long position;
    private long entries;
    private long remaining;
    private long padding;

    public TarReader(InputStream in, ArchiveLimits limits) {
        this.in = in;
        this.limits = limits;
    }

    /** The next entry, with what was left of the content of the one before skipped; none at the end of the archive. */
    public Optional<TarEntry> next() throws IOException {
        TarExtensions extensions = new TarExtensions();
        long headers = 0;
        while (true) {
            skipContent();
            TarBlock header = new TarBlock(new byte[TarBlock.SIZE]);
            if (!readHeader(header)) {
                return end(extensions);
            }
            if (!TarExtensions.describes(header.typeFlag())) {
                TarEntry entry = extensions.entry(header);
                expectContent(entry.metadata().size());
                return Optional.of(entry);
            }
            headers += header.number(TarBlock.SIZE_FIELD) + TarBlock.SIZE;
            extensions.add(header.typeFlag(), extensionBody(header, headers));
        }
    }

    /** The content of the last entry, until the next is asked for. Closing it closes nothing. */
    public InputStream content() {
        return content;
    }

    /** How many bytes of the archive have been read, so where the content of an entry just got begins. */
    public long position() {
        return position;
    }

    /** Reads whatever follows the end of the archive, so that the stream below has been read and checked to its end. */
    public void drain() throws IOException {
        byte[] buffer = new byte[1 << 16];
        int got;
        do {
            got = read(buffer, 0, buffer.length);
        } while (got >= 0);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static Optional<TarEntry> end(TarExtensions extensions) throws ArchiveException {
        if (!extensions.isEmpty()) {
            throw new ArchiveException("the tar archive ends after an extension header");
        }
        return Optional.empty();
    }

    private void expectContent(long size) {
        remaining = size;
        padding = -size & TarBlock.SIZE - 1;
    }

    private byte[] extensionBody(TarBlock header, long headers) throws IOException {
        long size = header.number(TarBlock.SIZE_FIELD);
        if (size < 0 || headers > limits.headerBytes()) {
            throw new ArchiveException(
                    "the headers of one tar entry take more than " + limits.headerBytes() + " bytes");
        }
        expectContent(size);
        byte[] body = content.readNBytes((int) size);
        if (body.length < size) {
            throw new EOFException("the tar archive ends within an extension header");
        }
        return body;
    }

    /** Whether there is another header: there is none at the end of the stream, or where a block of zeros stands. */
    private boolean readHeader(TarBlock header) throws IOException {
        int got = readFully(header.bytes());
        if (got == 0 || (got == TarBlock.SIZE && header.isZero())) {
            return false;
        }
        if (got < TarBlock.SIZE) {
            throw new EOFException("the tar archive ends within a header");
        }
        if (!header.sumIsRight()) {
            throw new ArchiveException("this is no tar archive, or a damaged one: wrong header checksum at byte "
                    + (position - TarBlock.SIZE));
        }
        if (++entries > limits.entries()) {
            throw new ArchiveException("the tar archive has more than " + limits.entries() + " entries");
        }
        return true;
    }

    private void skipContent() throws IOException {
        byte[] buffer = remaining + padding > 0 ? new byte[(int) Math.min(1 << 16, remaining + padding)] : new byte[0];
        while (remaining > 0) {
            long skipped = in.skip(remaining); // in a file a step, elsewhere as good as reading
            position += skipped;
            remaining -= skipped;
            if (skipped == 0 && content.read(buffer, 0, buffer.length) < 0) {
                throw new EOFException("the tar archive ends within a file");
            }
        }
        while (padding > 0) {
            int got = read(buffer, 0, (int) Math.min(buffer.length, padding));
            padding = got < 0 ? 0 : padding - got; // some writers leave out the padding of the last file
        }
    }

    private int readFully(byte[] buffer) throws IOException {
        int filled = 0;
        while (filled < buffer.length) {
            int got = read(buffer, filled, buffer.length - filled);
            if (got < 0) {
                break;
            }
            filled += got;
        }
        return filled;
    }

    private int read(byte[] buffer, int offset, int length) throws IOException {
        int got = in.read(buffer, offset, length);
        position += Math.max(got, 0);
        if (position > limits.bytes()) {
            throw new ArchiveException("the archive unpacks to more than " + limits.bytes() + " bytes");
        }
        return got;
    }

    private final class Content extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            if (remaining == 0) {
                return -1;
            }
            int got = TarReader.this.read(buffer, offset, (int) Math.min(length, remaining));
            if (got < 0) {
                throw new EOFException("the tar archive ends within a file");
            }
            remaining -= got;
            return got;
        }

        @Override
        public int available() {
            return (int) Math.min(remaining, Integer.MAX_VALUE);
        }
    }
}
