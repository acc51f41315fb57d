package dev.skiff.layer;

import dev.skiff.oci.Digester;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Hashes what is read through it. */
public class DigestingInputStream extends FilterInputStream {
    private final Digester digester;

    public DigestingInputStream(InputStream in, Digester digester) {
        super(in);
        this.digester = digester;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = in.read(buffer, offset, length);
        if (got > 0) {
            digester.update(buffer, offset, got);
        }
        return got;
    }

    @Override
    public long skip(long n) throws IOException {
        return Math.max(read(new byte[(int) Math.min(n, 1 << 16)]), 0); // what is skipped belongs to the content, too
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
