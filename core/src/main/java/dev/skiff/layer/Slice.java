package dev.skiff.layer;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/** Part of an array, without a copy of it. Whoever hands one out says how long the array stays as it is. */
public final class Slice {
    private final byte[] array;
    private final int offset;
    private final int length;

    public Slice(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** How many bytes it has. */
    public int length() {
        return length;
    }

    /** The array that it is part of. */
    public byte[] array() {
        return array;
    }

    /** Where in the array it begins. */
    public int offset() {
        return offset;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(array, offset, length);
    }

    /** Its bytes, for who reads streams. */
    public InputStream stream() {
        return new ByteArrayInputStream(array, offset, length);
    }

    /** Their sha256. */
    public Digest digest() {
        Digester digester = Digester.sha256();
        digester.update(array, offset, length);
        return digester.digest();
    }
}
