package dev.skiff.linux;

/**
 * How much of a container's output is kept: the newest {@code files} pieces of about {@code bytes} each.
 *
 * @param bytes after which the next file is begun
 * @param files how many are kept, at least 2, so that a reader which follows has time to turn the page
 */
public record LogLimits(long bytes, int files) {
    /** 3 files of 10 MiB: enough to look back, and no full disk. */
    public static final LogLimits DEFAULT = new LogLimits(10 << 20, 3);

    public LogLimits {
        if (bytes < 1 || files < 2) {
            throw new IllegalArgumentException("a log of " + files + " files of " + bytes + " bytes");
        }
    }
}
