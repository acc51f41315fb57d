package dev.skiff.layer;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lets unpacked bytes through as long as they are in proportion to what was packed, and turns a decoder's failures into ours. */
final class BombGuard extends FilterInputStream {
    private final CountedInputStream packed;
    private final ArchiveLimits limits;
    private long unpacked;

    BombGuard(InputStream in, CountedInputStream packed, ArchiveLimits limits) {
        super(in);
        this.packed = packed;
        this.limits = limits;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = decode(buffer, offset, length);
        unpacked += Math.max(got, 0);
        if (unpacked > limits.bytes()) {
            throw new ArchiveException("it unpacks to more than " + limits.bytes() + " bytes");
        }
        if (unpacked > limits.ratioFreeBytes() && unpacked / limits.ratio() > packed.count()) {
            throw new ArchiveException("it unpacks to more than " + limits.ratio() + " times its size: "
                    + packed.count() + " bytes have become " + unpacked);
        }
        return got;
    }

    private int decode(byte[] buffer, int offset, int length) throws IOException {
        try {
            return in.read(buffer, offset, length);
        } catch (EOFException | ArchiveException e) {
            throw e;
        } catch (RuntimeException e) { // decoders are strict about their input in many ways
            if (packed.hasThrown(e)) {
                throw e; // where the packed bytes come from has failed, and they are not to blame
            }
            throw new ArchiveException("the compressed data is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public long skip(long n) throws IOException {
        return Math.max(read(new byte[(int) Math.min(n, 1 << 16)]), 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
