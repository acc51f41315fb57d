package dev.skiff.oci;

import dev.skiff.oci.internal.Texts;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Names content by its hash. Equal digests mean equal content. Text of strangers becomes one at the edge, in
 * {@link #parse}; from there on it is safe in a path or URL, for it holds an algorithm of ours and lower-case hex digits.
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {
    private static final boolean[] HEX = hexDigits();

    /** The hash functions that the image specification registers and everyone implements. */
    public enum Algorithm {
        /** What practically all images use. */
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String text;
        private final String javaName;
        private final int hexDigits;

        Algorithm(String text, String javaName, int hexDigits) {
            this.text = text;
            this.javaName = javaName;
            this.hexDigits = hexDigits;
        }

        String javaName() {
            return javaName;
        }

        /** As in a digest, and as the directory of an image layout: {@code sha256}. */
        @Override
        public String toString() {
            return text;
        }
    }

    public Digest {
        if (hex.length() != algorithm.hexDigits || !isHex(hex)) {
            throw new IllegalArgumentException(algorithm + " digest must be " + algorithm.hexDigits
                    + " lower-case hex digits, got " + Texts.excerpt(hex));
        }
    }

    /** By a table: a build makes a digest for each file that it knows. */
    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= HEX.length || !HEX[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean[] hexDigits() {
        boolean[] digits = new boolean['f' + 1];
        Arrays.fill(digits, '0', '9' + 1, true);
        Arrays.fill(digits, 'a', 'f' + 1, true);
        return digits;
    }

    /**
     * The digest that is spelled {@code algorithm:hex}, in lower case.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Digest parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (text.startsWith(algorithm + ":")) {
                return new Digest(algorithm, text.substring(algorithm.text.length() + 1));
            }
        }
        throw new IllegalArgumentException("digest must begin with sha256: or sha512:, got " + Texts.excerpt(text));
    }

    /** The sha256 of these bytes. For more than fits in memory there is {@link Digester}. */
    public static Digest sha256(byte[] content) {
        return of(Algorithm.SHA256, content);
    }

    /** The hash of these bytes. */
    public static Digest of(Algorithm algorithm, byte[] content) {
        Digester digester = new Digester(algorithm);
        digester.update(content);
        return digester.digest();
    }

    static Digest ofHash(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** By text. */
    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    /** {@code sha256:} and the hex digits. */
    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
