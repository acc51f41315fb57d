package dev.skiff.layer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952), one member after another. The JDK's own stream asks {@code available()} whether another member
 * follows, so it ends early on a slow network stream, and it reads header fields of any length.
 */
final class GunzipInputStream extends InputStream {
    private static final int MAX_HEADER_FIELD = 1 << 16;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int limit;
    private boolean inMember;

    GunzipInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] output, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, output.length);
        while (length > 0) {
            if (!inMember && !beginMember()) {
                return -1;
            }
            int got = inflate(output, offset, length);
            if (got > 0) {
                crc.update(output, offset, got);
                return got;
            }
            if (inflater.finished()) {
                endMember();
            }
        }
        return 0;
    }

    private int inflate(byte[] output, int offset, int length) throws IOException {
        if (inflater.needsInput()) {
            if (at == limit && !fill()) {
                throw new EOFException("the gzip data ends early");
            }
            inflater.setInput(buffer, at, limit - at);
            at = limit;
        }
        try {
            int got = inflater.inflate(output, offset, length);
            if (got == 0 && inflater.needsDictionary()) {
                throw new ArchiveException("the gzip data asks for a dictionary");
            }
            return got;
        } catch (DataFormatException e) {
            throw new ArchiveException("the gzip data is damaged: " + e.getMessage(), e);
        }
    }

    private boolean beginMember() throws IOException {
        if (at == limit && !fill()) {
            return false;
        }
        if (nextByte() != 0x1f || nextByte() != 0x8b || nextByte() != 8) {
            throw new ArchiveException("the gzip data is followed by something else");
        }
        int flags = nextByte();
        skip(6); // time, effort and system
        if ((flags & EXTRA) != 0) {
            skip(nextByte() | nextByte() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        at = limit - inflater.getRemaining();
        long expectedCrc = nextInt();
        long expectedSize = nextInt();
        if (expectedCrc != crc.getValue() || expectedSize != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new ArchiveException("the gzip data is damaged: wrong checksum");
        }
        inMember = false;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            nextByte();
        }
    }

    private void skipText() throws IOException {
        for (int length = 0; nextByte() != 0; length++) {
            if (length == MAX_HEADER_FIELD) {
                throw new ArchiveException("the gzip header is longer than " + MAX_HEADER_FIELD + " bytes");
            }
        }
    }

    private long nextInt() throws IOException {
        return nextByte() | nextByte() << 8 | nextByte() << 16 | (long) nextByte() << 24;
    }

    private int nextByte() throws IOException {
        if (at == limit && !fill()) {
            throw new EOFException("the gzip data ends early");
        }
        return buffer[at++] & 0xff;
    }

    private boolean fill() throws IOException {
        at = 0;
        limit = Math.max(in.read(buffer, 0, buffer.length), 0);
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
