package dev.skiff.linux;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a file is apart from its name and content, as stat(2) and listxattr(2) say it.
 *
 * @param mode type and permission bits, as {@code st_mode} (inode(7))
 * @param size bytes of content; for a symbolic link, of its target
 * @param mtimeSeconds since the epoch, may be negative
 * @param mtimeNanos 0 to 999,999,999
 * @param deviceMajor of a device node, else 0
 * @param deviceMinor of a device node, else 0
 * @param xattrs extended attributes, by full name
 */
public record FileMetadata(
        int mode,
        int uid,
        int gid,
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        int deviceMajor,
        int deviceMinor,
        SortedMap<String, byte[]> xattrs) {
    /** The bits of {@code mode} that hold the type, and the types (inode(7)). */
    public static final int S_IFMT = 0170000;

    public static final int S_IFSOCK = 0140000;
    public static final int S_IFLNK = 0120000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFBLK = 0060000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFIFO = 0010000;

    /** The permission bits, with setuid, setgid and sticky. */
    public static final int PERMISSIONS = 07777;

    private static final SortedMap<String, byte[]> NO_XATTRS = Collections.emptySortedMap(); // of nearly every file

    public FileMetadata {
        if (size < 0 || mtimeNanos < 0 || mtimeNanos > 999_999_999) {
            throw new IllegalArgumentException("size " + size + " or mtimeNanos " + mtimeNanos + " out of range");
        }
        if (uid == -1 || gid == -1) {
            throw new IllegalArgumentException(
                    "owner " + uid + ":" + gid + ": to chown(2), -1 means to leave it as it is");
        }
        xattrs = xattrs.isEmpty() ? NO_XATTRS : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
    }

    /** A directory of root's, at the epoch. */
    public static FileMetadata directory(int permissions) {
        return of(S_IFDIR | permissions, 0);
    }

    /** A regular file of root's, at the epoch. */
    public static FileMetadata regular(int permissions, long size) {
        return of(S_IFREG | permissions, size);
    }

    /** A symbolic link of root's, at the epoch. */
    public static FileMetadata symlink() {
        return of(S_IFLNK | 0777, 0);
    }

    /** A file of that type and those permissions, of root's, at the epoch. */
    public static FileMetadata of(int mode, long size) {
        return new FileMetadata(mode, 0, 0, size, 0, 0, 0, 0, NO_XATTRS);
    }

    public int type() {
        return mode & S_IFMT;
    }

    public int permissions() {
        return mode & PERMISSIONS;
    }

    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    public boolean isRegular() {
        return type() == S_IFREG;
    }

    public boolean isSymlink() {
        return type() == S_IFLNK;
    }

    public boolean isDevice() {
        return type() == S_IFCHR || type() == S_IFBLK;
    }

    /** The same file with other permission bits; the type stays. */
    public FileMetadata withPermissions(int permissions) {
        return new FileMetadata(
                type() | (permissions & PERMISSIONS),
                uid,
                gid,
                size,
                mtimeSeconds,
                mtimeNanos,
                deviceMajor,
                deviceMinor,
                xattrs);
    }

    public FileMetadata withOwner(int newUid, int newGid) {
        return new FileMetadata(mode, newUid, newGid, size, mtimeSeconds, mtimeNanos, deviceMajor, deviceMinor, xattrs);
    }

    public FileMetadata withSize(long newSize) {
        return new FileMetadata(mode, uid, gid, newSize, mtimeSeconds, mtimeNanos, deviceMajor, deviceMinor, xattrs);
    }

    public FileMetadata withMtime(long seconds, int nanos) {
        return new FileMetadata(mode, uid, gid, size, seconds, nanos, deviceMajor, deviceMinor, xattrs);
    }

    public FileMetadata withDevice(int major, int minor) {
        return new FileMetadata(mode, uid, gid, size, mtimeSeconds, mtimeNanos, major, minor, xattrs);
    }

    public FileMetadata withXattrs(Map<String, byte[]> newXattrs) {
        return new FileMetadata(
                mode, uid, gid, size, mtimeSeconds, mtimeNanos, deviceMajor, deviceMinor, new TreeMap<>(newXattrs));
    }
}
