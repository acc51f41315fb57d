package dev.skiff.layer;

import dev.skiff.oci.Digester;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Hashes what is written through it. */
public final class DigestingOutputStream extends FilterOutputStream {
    private final Digester digester;

    public DigestingOutputStream(OutputStream out, Digester digester) {
        super(out);
        this.digester = digester;
    }

    /** The hash so far. */
    public Digester digester() {
        return digester;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        out.write(buffer, offset, length);
        digester.update(buffer, offset, length);
    }
}
