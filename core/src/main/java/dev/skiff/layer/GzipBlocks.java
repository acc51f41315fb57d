package dev.skiff.layer;

import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Packs pieces of a stream, each by itself, into pieces of one DEFLATE stream (RFC 1951). Each ends on a whole byte, so that they
 * can be put one after another whoever has made them, and may refer to what was before it, so that hardly anything is
 * lost by the cut.
 *
 * <p>Data that does not get smaller is stored as it is: archives and pictures are most of many layers, and trying takes ten times as
 * long as seeing that it is in vain.
 */
final class GzipBlocks {
    /** How far back DEFLATE can refer. */
    static final int WINDOW = 32 << 10;

    private static final int LONGEST_STORED = 0xffff;
    private static final int SAMPLE = 16 << 10;
    /** Of 8 bits a byte. Text has 5, machine code 6, what is packed 7.99. */
    private static final double RANDOM_BITS = 7.9;

    /** So little that hashing and sending remain as fast; level 6 takes three times as long for a tenth less. */
    private static final int LEVEL = 1;

    private GzipBlocks() {}

    /**
     * A piece of the stream.
     *
     * @param before the {@value #WINDOW} bytes before it, or as many as there are
     */
    static byte[] pack(byte[] before, byte[] block, int length) {
        return looksRandom(block, length) ? store(block, length) : deflate(before, block, 0, length);
    }

    private static byte[] deflate(byte[] before, byte[] block, int offset, int length) {
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            if (before.length > 0) {
                deflater.setDictionary(before);
            }
            deflater.setInput(block, offset, length);
            byte[] packed = new byte[length + length / 512 + 64];
            int size = 0;
            while (true) {
                size += deflater.deflate(packed, size, packed.length - size, Deflater.SYNC_FLUSH);
                if (size < packed.length) {
                    return Arrays.copyOf(packed, size);
                }
                packed = Arrays.copyOf(packed, packed.length * 2);
            }
        } finally {
            deflater.end();
        }
    }

    /** Blocks of type 0: a header byte, the length, its complement, the bytes (RFC 1951, section 3.2.4). */
    private static byte[] store(byte[] block, int length) {
        int pieces = (length + LONGEST_STORED - 1) / LONGEST_STORED;
        byte[] stored = new byte[length + 5 * pieces];
        int at = 0;
        for (int from = 0; from < length; from += LONGEST_STORED) {
            int count = Math.min(LONGEST_STORED, length - from);
            stored[at + 1] = (byte) count;
            stored[at + 2] = (byte) (count >> 8);
            stored[at + 3] = (byte) ~count;
            stored[at + 4] = (byte) (~count >> 8);
            System.arraycopy(block, from, stored, at + 5, count);
            at += 5 + count;
        }
        return stored;
    }

    /** Whether it has no pattern in its single bytes, and a sample of it none at all. */
    private static boolean looksRandom(byte[] block, int length) {
        if (length < SAMPLE || bitsPerByte(block, length) < RANDOM_BITS) {
            return false;
        }
        int middle = (length - SAMPLE) / 2;
        return deflate(new byte[0], block, middle, SAMPLE).length >= SAMPLE;
    }

    private static double bitsPerByte(byte[] block, int length) {
        int[] counts = new int[256];
        for (int i = 0; i < length; i++) {
            counts[block[i] & 0xff]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                bits -= count * (StrictMath.log((double) count / length) / StrictMath.log(2));
            }
        }
        return bits / length;
    }
}
