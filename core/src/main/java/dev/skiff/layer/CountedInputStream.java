package dev.skiff.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Counts the bytes that are read through it, and knows what a read has thrown that was no {@link IOException}. */
final class CountedInputStream extends FilterInputStream {
    private long count;
    private @Nullable RuntimeException failure;

    CountedInputStream(InputStream in) {
        super(in);
    }

    long count() {
        return count;
    }

    /** Whether that came from here, through whoever reads. */
    boolean hasThrown(RuntimeException e) {
        return e.equals(failure);
    }

    @Override
    public int read() throws IOException {
        try {
            int b = in.read();
            count += b < 0 ? 0 : 1;
            return b;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            int got = in.read(buffer, offset, length);
            count += Math.max(got, 0);
            return got;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = in.skip(n);
        count += skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
