package dev.skiff.linux;

/**
 * What statx(2) says of a file of the host.
 *
 * @param mode type and permission bits, see {@link FileMetadata}
 * @param size as the file system tells it, whatever the type
 * @param changedSeconds when anything of it was last changed, be it its owner or its links: nobody can set that
 * @param device {@code st_dev}, as makedev(3) makes it
 * @param deviceMajor of a device node
 * @param deviceMinor likewise
 */
public record FileStatus(
        int mode,
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        long changedSeconds,
        int changedNanos,
        long device,
        long inode,
        int links,
        int deviceMajor,
        int deviceMinor) {}
