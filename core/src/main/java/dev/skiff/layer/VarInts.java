package dev.skiff.layer;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Numbers in as few bytes as they need: seven bits each, the lowest first, the top bit saying that more follow. */
final class VarInts {
    private VarInts() {}

    static void write(ByteArrayOutputStream out, long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    /** Small negative numbers stay small: the sign goes into the lowest bit. */
    static void writeSigned(ByteArrayOutputStream out, long number) {
        write(out, number << 1 ^ number >> 63);
    }

    static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
        write(out, bytes.length);
        out.writeBytes(bytes);
    }

    /** Reads what the methods above have written. */
    static final class Reader {
        private final byte[] bytes;
        private int position;

        Reader(byte[] bytes, int position) {
            this.bytes = bytes;
            this.position = position;
        }

        long number() throws ArchiveException {
            long number = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (position == bytes.length) {
                    break;
                }
                byte b = bytes[position++];
                number |= (b & 0x7fL) << shift;
                if (b >= 0) {
                    return number;
                }
            }
            throw new ArchiveException("the layer index is damaged");
        }

        long signed() throws ArchiveException {
            long number = number();
            return number >>> 1 ^ -(number & 1);
        }

        /** A count of bytes or things, of which the file can hold no more than it has bytes. */
        int length() throws ArchiveException {
            long length = number();
            if (length < 0 || length > bytes.length) {
                throw new ArchiveException("the layer index is damaged");
            }
            return (int) length;
        }

        byte[] bytes() throws ArchiveException {
            return bytes(length());
        }

        byte[] bytes(int length) throws ArchiveException {
            if (length > bytes.length - position) {
                throw new ArchiveException("the layer index is damaged");
            }
            position += length;
            return Arrays.copyOfRange(bytes, position - length, position);
        }
    }
}
