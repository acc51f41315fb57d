package dev.skiff.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The 512 bytes of a tar header: where its fields are, and how numbers and names stand in them. */
final class TarBlock {
    static final int SIZE = 512;

    /** A field of the header. */
    private static final int CHECKSUM_BLANK = 8 * ' ';

    record Field(int offset, int length) {
        int end() {
            return offset + length;
        }
    }

    static final Field NAME = new Field(0, 100);
    static final Field MODE = new Field(100, 8);
    static final Field UID = new Field(108, 8);
    static final Field GID = new Field(116, 8);
    static final Field SIZE_FIELD = new Field(124, 12);
    static final Field MTIME = new Field(136, 12);
    static final Field CHECKSUM = new Field(148, 8);
    static final int TYPE_FLAG = 156;
    static final Field LINK_NAME = new Field(157, 100);
    static final Field MAGIC = new Field(257, 8);
    static final Field DEVICE_MAJOR = new Field(329, 8);
    static final Field DEVICE_MINOR = new Field(337, 8);
    static final Field PREFIX = new Field(345, 155);

    private static final byte[] USTAR = "ustar\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] USTAR_WITH_VERSION = "ustar\00000".getBytes(StandardCharsets.US_ASCII);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EVEN_BYTES = 0x00ff00ff00ff00ffL;

    private final byte[] bytes;

    TarBlock(byte[] bytes) {
        this.bytes = bytes;
    }

    static TarBlock ustar() {
        TarBlock block = new TarBlock(new byte[SIZE]);
        block.put(MAGIC, USTAR_WITH_VERSION);
        return block;
    }

    /** As {@link #ustar} makes one. */
    void clear() {
        Arrays.fill(bytes, (byte) 0);
        put(MAGIC, USTAR_WITH_VERSION);
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isZero() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    int typeFlag() {
        return bytes[TYPE_FLAG] & 0xff;
    }

    void typeFlag(char flag) {
        bytes[TYPE_FLAG] = (byte) flag;
    }

    /** The bytes of a text field up to its NUL; a field filled to the brim has none. */
    byte[] text(Field field) {
        int end = field.offset();
        while (end < field.end() && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(bytes, field.offset(), end);
    }

    /** The name, with the prefix that ustar keeps elsewhere. GNU tar uses those bytes for times and says so in its magic. */
    byte[] name() {
        byte[] name = text(NAME);
        byte[] prefix = text(PREFIX);
        if (prefix.length == 0 || !Arrays.equals(USTAR, 0, 6, bytes, MAGIC.offset(), MAGIC.offset() + 6)) {
            return name;
        }
        byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        joined[prefix.length] = '/';
        System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
        return joined;
    }

    /** A number, in octal digits or in GNU's base 256, which may be negative. */
    long number(Field field) throws ArchiveException {
        return (bytes[field.offset()] & 0x80) != 0 ? base256(field) : octal(field);
    }

    private long octal(Field field) throws ArchiveException {
        int at = field.offset();
        while (at < field.end() && bytes[at] == ' ') {
            at++;
        }
        long value = 0;
        for (; at < field.end() && bytes[at] != 0 && bytes[at] != ' '; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 7) {
                throw new ArchiveException("a number in a tar header is not octal");
            }
            value = value << 3 | digit; // twelve digits at most: 36 bits
        }
        return value;
    }

    private long base256(Field field) throws ArchiveException {
        boolean negative = (bytes[field.offset()] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int at = field.offset(); at < field.end(); at++) {
            int b = bytes[at] & 0xff;
            if (at == field.offset()) {
                b = negative ? b : b & 0x7f;
            }
            if (value != value << 8 >> 8) {
                throw new ArchiveException("a number in a tar header does not fit 64 bits");
            }
            value = value << 8 | b;
        }
        return value;
    }

    void put(Field field, byte[] text) {
        System.arraycopy(text, 0, bytes, field.offset(), text.length);
    }

    /** Writes octal digits with a closing NUL; the caller has seen that they fit. */
    void put(Field field, long value) {
        for (int at = field.end() - 2; at >= field.offset(); at--) {
            bytes[at] = (byte) ('0' + (value & 7));
            value >>>= 3;
        }
    }

    /** Whether the number can stand in the field in octal. */
    static boolean fits(Field field, long value) {
        return value >= 0 && value >>> (3 * (field.length() - 1)) == 0;
    }

    /** Writes the checksum, in which its own place counts as blank. */
    void seal() {
        Arrays.fill(bytes, CHECKSUM.offset(), CHECKSUM.end(), (byte) ' ');
        put(new Field(CHECKSUM.offset(), 7), sum());
        bytes[CHECKSUM.end() - 2] = 0; // and the last blank stays
    }

    /** All bytes, unsigned, eight at a time: two headers for each of thousands of files are summed while others are hashed. */
    private long sum() {
        long sums = 0; // of four columns, each far from the 16 bits that it has
        for (int at = 0; at < SIZE; at += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            sums += (eight & EVEN_BYTES) + (eight >>> Byte.SIZE & EVEN_BYTES);
        }
        return (sums & 0xffff) + (sums >>> 16 & 0xffff) + (sums >>> 32 & 0xffff) + (sums >>> 48);
    }

    /** Old writers summed signed bytes; both are honoured, as every reader does. */
    boolean sumIsRight() {
        try {
            long said = number(CHECKSUM);
            return said == checksum(false) || said == checksum(true);
        } catch (ArchiveException e) {
            return false;
        }
    }

    private long checksum(boolean signed) {
        int mask = signed ? -1 : 0xff;
        long sum = sum(0, CHECKSUM.offset(), mask);
        sum += sum(CHECKSUM.end(), SIZE, mask);
        return sum + CHECKSUM_BLANK; // its own place counts as blank
    }

    private int sum(int from, int to, int mask) {
        int sum = 0;
        for (int at = from; at < to; at++) {
            sum += bytes[at] & mask;
        }
        return sum;
    }
}
