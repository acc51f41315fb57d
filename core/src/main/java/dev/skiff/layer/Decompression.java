package dev.skiff.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * How an archive is packed, told by its first bytes: what a name or a media type says of it is not relied upon. All of it
 * is unpacked within this process; no program of the host, let alone of an image, is asked.
 */
public enum Decompression {
    NONE(""),
    GZIP("1f8b"),
    ZSTD("28b52ffd"),
    BZIP2("425a68"),
    XZ("fd377a585a00");

    private static final Pattern SKIPPABLE_FRAME = Pattern.compile("5.2a4d18"); // a zstd stream may open with one
    private static final int LONGEST_MAGIC = 6;
    private static final int XZ_MEMORY_KIB = 128 << 10;

    private final String magic;

    Decompression(String magic) {
        this.magic = magic;
    }

    /** What begins with these bytes; six are enough to tell. */
    public static Decompression of(byte[] start) {
        String hex = HexFormat.of().formatHex(start);
        for (Decompression each : values()) {
            if (each != NONE && hex.startsWith(each.magic)) {
                return each;
            }
        }
        return SKIPPABLE_FRAME.matcher(hex).lookingAt() ? ZSTD : NONE;
    }

    /**
     * The unpacked bytes of a stream, whichever of these it is packed with. Reading fails with an {@link ArchiveException} when
     * the stream is damaged, or unpacks to more than {@code limits} allow. Where this fails already, the packed stream is closed.
     */
    public static InputStream unpack(InputStream packed, ArchiveLimits limits) throws IOException {
        CountedInputStream counted = new CountedInputStream(packed);
        try {
            PushbackInputStream in = new PushbackInputStream(counted, LONGEST_MAGIC);
            byte[] start = in.readNBytes(LONGEST_MAGIC);
            in.unread(start);
            return new BombGuard(of(start).open(in), counted, limits);
        } catch (IOException | RuntimeException | Error e) {
            packed.close(); // some decoders read ahead at once, and who asked for this has nothing to close
            throw e;
        }
    }

    /**
     * The same as {@link #unpack}, except that closing it frees what the decoder holds, and leaves the packed stream open: something
     * may follow there that is no part of the archive.
     */
    public static InputStream unpackWithin(InputStream packed, ArchiveLimits limits) throws IOException {
        return unpack(
                new FilterInputStream(packed) {
                    @Override
                    public void close() {}
                },
                limits);
    }

    private InputStream open(InputStream packed) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GunzipInputStream(packed);
            case ZSTD -> Zstd.unpack(packed);
            case BZIP2 -> new BZip2CompressorInputStream(packed, true);
            case XZ -> new XZInputStream(packed, XZ_MEMORY_KIB);
        };
    }
}
