package dev.skiff.build.context;

import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** The content of a file that a program has made. */
public final class MemoryContent implements ListedTree.Content {
    private final byte[] bytes;

    private MemoryContent(byte[] bytes) {
        this.bytes = bytes;
    }

    /** These bytes, as they are now. */
    public static MemoryContent of(byte[] bytes) {
        return new MemoryContent(bytes.clone());
    }

    long size() {
        return bytes.length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public Digest digest() {
        return Digest.sha256(bytes);
    }
}
