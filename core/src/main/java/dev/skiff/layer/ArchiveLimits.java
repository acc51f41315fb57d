package dev.skiff.layer;

/**
 * How much a stranger's archive may ask for before it is refused. The defaults let every honest layer through and stop a
 * bomb while it streams: nothing is allocated on the word of a header.
 *
 * @param bytes of the unpacked archive
 * @param entries in it, extension headers included
 * @param headerBytes of the extension headers of one entry
 * @param indexBytes of all names, link targets and attributes together, which are held in memory
 * @param ratio of unpacked to packed bytes; counts once {@code ratioFreeBytes} have come out
 * @param ratioFreeBytes that may come out at any ratio
 */
public record ArchiveLimits(
        long bytes, long entries, int headerBytes, long indexBytes, long ratio, long ratioFreeBytes) {
    /**
     * 64 GiB, a million entries, 1 MiB of headers an entry, 256 MiB of names; 2,000 to 1 past 1 GiB (gzip itself cannot
     * pass 1,032 to 1).
     */
    public static final ArchiveLimits DEFAULT =
            new ArchiveLimits(64L << 30, 1_000_000, 1 << 20, 256L << 20, 2_000, 1L << 30);

    public ArchiveLimits {
        if (bytes < 0 || entries < 0 || headerBytes < 0 || indexBytes < 0 || ratio < 1 || ratioFreeBytes < 0) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }

    ArchiveLimits withBytes(long newBytes) {
        return new ArchiveLimits(newBytes, entries, headerBytes, indexBytes, ratio, ratioFreeBytes);
    }

    ArchiveLimits withEntries(long newEntries) {
        return new ArchiveLimits(bytes, newEntries, headerBytes, indexBytes, ratio, ratioFreeBytes);
    }

    ArchiveLimits withRatio(long newRatio, long newFreeBytes) {
        return new ArchiveLimits(bytes, entries, headerBytes, indexBytes, newRatio, newFreeBytes);
    }
}
