package dev.skiff.oci;

/**
 * Names a layer by what is in it: the digest of its tar before compression. A type of its own because mixing it up with the
 * {@link Digest} of the compressed blob is the classic mistake; the two are equal only for a layer stored plain.
 */
public record DiffId(Digest digest) implements Comparable<DiffId> {
    /**
     * The diff id that is spelled {@code sha256:...}.
     *
     * @throws IllegalArgumentException for anything that is no digest
     */
    public static DiffId parse(String text) {
        return new DiffId(Digest.parse(text));
    }

    @Override
    public int compareTo(DiffId other) {
        return digest.compareTo(other.digest);
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
