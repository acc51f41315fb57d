package dev.skiff.layer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The frames of a zstd stream that hold data (RFC 8878). It passes over skippable frames, which the decoder does not know
 * and in which "zstd:chunked" layers keep their table of contents, and refuses a window that the decoder would not take
 * before anything is allocated for it.
 */
final class ZstdFrames extends InputStream {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int RLE = 1;
    private static final int RESERVED = 3;

    private final InputStream in;
    private final long maxWindow;
    private byte[] head = {};
    private int headAt;
    private long passing;
    private boolean inFrame;
    private boolean checksum;

    /** @param maxWindow in bytes, what the decoder takes */
    ZstdFrames(InputStream in, long maxWindow) {
        this.in = in;
        this.maxWindow = maxWindow;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        while (headAt == head.length && passing == 0) {
            if (!inFrame ? !beginFrame() : !beginBlock()) {
                return -1;
            }
        }
        if (headAt < head.length) {
            int count = Math.min(length, head.length - headAt);
            System.arraycopy(head, headAt, buffer, offset, count);
            headAt += count;
            return count;
        }
        int got = in.read(buffer, offset, (int) Math.min(length, passing));
        if (got < 0) {
            throw early();
        }
        passing -= got;
        return got;
    }

    private boolean beginFrame() throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length == 0) {
            return false;
        }
        long number = littleEndian(magic);
        if ((number & 0xffff_fff0L) == SKIPPABLE_MAGIC) {
            in.skipNBytes(littleEndian(exactly(4)));
            return true;
        }
        if (number != (MAGIC & 0xffff_ffffL)) {
            throw new ArchiveException("the zstd data is followed by something else");
        }
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(magic);
        readFrameHeader(header);
        pass(header.toByteArray(), 0);
        inFrame = true;
        return true;
    }

    private void readFrameHeader(ByteArrayOutputStream header) throws IOException {
        int descriptor = exactly(1)[0] & 0xff;
        header.write(descriptor);
        boolean singleSegment = (descriptor & 0x20) != 0;
        checksum = (descriptor & 4) != 0;
        long window = 0;
        if (!singleSegment) {
            int said = exactly(1)[0] & 0xff;
            header.write(said);
            long base = 1L << (10 + (said >> 3));
            window = base + base / 8 * (said & 7);
        }
        header.writeBytes(exactly(new int[] {0, 1, 2, 4}[descriptor & 3])); // the dictionary's id
        byte[] contentSize = exactly(new int[] {singleSegment ? 1 : 0, 2, 4, 8}[descriptor >> 6]);
        header.writeBytes(contentSize);
        if (singleSegment) {
            window = littleEndian(contentSize);
        }
        if (window < 0 || window > maxWindow) {
            throw new ArchiveException("the zstd data needs a window of " + Long.toUnsignedString(window)
                    + " bytes; at most " + maxWindow + " are supported" + Zstd.remedy());
        }
    }

    private boolean beginBlock() throws IOException {
        byte[] header = exactly(3);
        long number = littleEndian(header);
        int type = (int) (number >> 1 & 3);
        if (type == RESERVED) {
            throw new ArchiveException("the zstd data is damaged: unknown type of block");
        }
        boolean last = (number & 1) != 0;
        long size = type == RLE ? 1 : number >> 3;
        pass(header, size + (last && checksum ? 4 : 0));
        inFrame = !last;
        return true;
    }

    private void pass(byte[] newHead, long after) {
        head = newHead;
        headAt = 0;
        passing = after;
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw early();
        }
        return bytes;
    }

    private static EOFException early() {
        return new EOFException("the zstd data ends early");
    }

    private static long littleEndian(byte[] bytes) {
        long number = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
