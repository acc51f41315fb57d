package dev.skiff.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Computes a {@link Digest} as the content passes by, and counts it. For one content and one thread. */
public final class Digester {
    private final Digest.Algorithm algorithm;
    private final MessageDigest hash;
    private long bytes;

    public Digester(Digest.Algorithm algorithm) {
        this.algorithm = algorithm;
        try {
            this.hash = MessageDigest.getInstance(algorithm.javaName());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm.javaName(), e);
        }
    }

    private Digester(Digester other) {
        this.algorithm = other.algorithm;
        this.bytes = other.bytes;
        try {
            this.hash = (MessageDigest) other.hash.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the JDK's own hashes can be copied", e);
        }
    }

    /** One that goes on from here by itself: what begins alike is hashed once. */
    public Digester copy() {
        return new Digester(this);
    }

    /** The usual one. */
    public static Digester sha256() {
        return new Digester(Digest.Algorithm.SHA256);
    }

    public void update(byte[] content) {
        update(content, 0, content.length);
    }

    public void update(byte[] content, int offset, int length) {
        hash.update(content, offset, length);
        bytes += length;
    }

    /** How many bytes there have been, so that a size is checked in the same pass. */
    public long bytes() {
        return bytes;
    }

    /** The digest of all content so far. Call it once, at the end. */
    public Digest digest() {
        return Digest.ofHash(algorithm, hash.digest());
    }
}
