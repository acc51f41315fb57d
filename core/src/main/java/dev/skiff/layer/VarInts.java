package dev.skiff.layer;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Numbers in as few bytes as they need: seven bits each, the lowest first, the top bit saying that more follow. */
final class VarInts {
    private static final int MOST_BYTES = 10; // of one number

    private VarInts() {}

    /** Gathers bytes: {@link java.io.ByteArrayOutputStream} takes a lock for each. */
    static final class Writer {
        private byte[] bytes;
        private int length;

        /** @param expected about how many bytes there will be */
        Writer(int expected) {
            this.bytes = new byte[expected];
        }

        void number(long number) {
            makeRoom(MOST_BYTES);
            long left = number;
            while ((left & ~0x7fL) != 0) {
                bytes[length++] = (byte) ((left & 0x7f) | 0x80);
                left >>>= 7;
            }
            bytes[length++] = (byte) left;
        }

        /** Small negative numbers stay small: the sign goes into the lowest bit. */
        void signed(long number) {
            number(number << 1 ^ number >> 63);
        }

        /** How many there are, and these. */
        void bytes(byte[] content) {
            number(content.length);
            plain(content, 0, content.length);
        }

        /** A number of bytes that the reader knows. */
        void plain(byte[] content, int from, int count) {
            makeRoom(count);
            System.arraycopy(content, from, bytes, length, count);
            length += count;
        }

        /** A number of bytes that the reader knows, given as lower-case hex digits. */
        void hex(String digits) {
            makeRoom(digits.length() / 2);
            for (int i = 0; i < digits.length(); i += 2) {
                bytes[length++] = (byte) (digit(digits.charAt(i)) << 4 | digit(digits.charAt(i + 1)));
            }
        }

        private static int digit(char hex) {
            return hex <= '9' ? hex - '0' : hex - 'a' + 10;
        }

        private void makeRoom(int more) {
            if (more > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
            }
        }

        /** All that was written. */
        ByteBuffer written() {
            return ByteBuffer.wrap(bytes, 0, length);
        }
    }

    /** Reads what {@link Writer} has written. */
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
