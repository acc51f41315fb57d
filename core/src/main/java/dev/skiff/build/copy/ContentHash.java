package dev.skiff.build.copy;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;

/** The hash of what a stream gives. */
public final class ContentHash {
    private static final int CHUNK = 1 << 16;

    private ContentHash() {}

    public static Digest of(InputStream content) throws IOException {
        Digester digester = Digester.sha256();
        byte[] buffer = new byte[CHUNK];
        for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
            digester.update(buffer, 0, got);
        }
        return digester.digest();
    }
}
