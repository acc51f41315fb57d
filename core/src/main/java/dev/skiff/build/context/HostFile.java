package dev.skiff.build.context;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a file system says of a file: all of stat(2) if it is one that has that, else as much as there is.
 *
 * @param metadata as an image is to have it: root's, for owners of the host mean nothing there
 * @param stamp tells whether it has changed
 * @param links how many names it has
 */
record HostFile(FileMetadata metadata, FileStamp stamp, int links) {
    private static final String STAT = "unix:mode,dev,rdev,ino,nlink,size,lastModifiedTime,ctime";
    private static final int DIRECTORY = 0755;
    private static final int FILE = 0644;
    private static final long NANOS = 1_000_000_000;

    /** The file, itself with {@link LinkOption#NOFOLLOW_LINKS}, else what a link leads to. */
    static HostFile of(Path path, LinkOption... options) throws IOException {
        Set<String> views = path.getFileSystem().supportedFileAttributeViews();
        if (views.contains("unix")) {
            return ofStat(Files.readAttributes(path, STAT, options));
        } else if (views.contains("posix")) {
            PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class, options);
            return ofBasic(attributes, permissions(attributes.permissions()));
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, options);
        return ofBasic(attributes, attributes.isDirectory() ? DIRECTORY : FILE);
    }

    static HostFile of(FileStatus status) {
        boolean regular = (status.mode() & FileMetadata.S_IFMT) == FileMetadata.S_IFREG;
        FileMetadata metadata = new FileMetadata(
                status.mode(),
                0,
                0,
                regular ? status.size() : 0,
                status.mtimeSeconds(),
                status.mtimeNanos(),
                status.deviceMajor(),
                status.deviceMinor(),
                Collections.emptySortedMap());
        FileStamp stamp = new FileStamp(
                status.device(),
                status.inode(),
                status.size(),
                status.mtimeSeconds() * NANOS + status.mtimeNanos(),
                status.changedSeconds() * NANOS + status.changedNanos());
        return new HostFile(metadata, stamp, status.links());
    }

    private static HostFile ofStat(Map<String, Object> attributes) {
        Instant modified = get(attributes, "lastModifiedTime", FileTime.class).toInstant();
        Instant changed = get(attributes, "ctime", FileTime.class).toInstant();
        long size = get(attributes, "size", Long.class);
        FileMetadata metadata = metadata(get(attributes, "mode", Integer.class), size, modified);
        if (metadata.isDevice()) {
            metadata = withDevice(metadata, get(attributes, "rdev", Long.class));
        }
        FileStamp stamp = new FileStamp(
                get(attributes, "dev", Long.class), inode(attributes), size, nanos(modified), nanos(changed));
        return new HostFile(metadata, stamp, get(attributes, "nlink", Integer.class));
    }

    private static HostFile ofBasic(BasicFileAttributes attributes, int permissions) {
        int type = attributes.isDirectory()
                ? FileMetadata.S_IFDIR
                : attributes.isSymbolicLink()
                        ? FileMetadata.S_IFLNK
                        : attributes.isRegularFile() ? FileMetadata.S_IFREG : FileMetadata.S_IFSOCK;
        Instant modified = attributes.lastModifiedTime().toInstant();
        FileStamp stamp = new FileStamp(0, 0, attributes.size(), nanos(modified), nanos(modified));
        return new HostFile(metadata(type | permissions, attributes.size(), modified), stamp, 1);
    }

    private static FileMetadata metadata(int mode, long size, Instant modified) {
        FileMetadata metadata = FileMetadata.of(mode, 0).withMtime(modified.getEpochSecond(), modified.getNano());
        return metadata.isRegular() ? metadata.withSize(size) : metadata;
    }

    private static int permissions(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (char bit : PosixFilePermissions.toString(permissions).toCharArray()) { // rwxr-x---
            mode = mode << 1 | (bit == '-' ? 0 : 1);
        }
        return mode;
    }

    private static FileMetadata withDevice(FileMetadata metadata, long number) { // laid out as makedev(3) does
        long major = ((number >> 8) & 0xfff) | ((number >> 32) & ~0xfffL);
        long minor = (number & 0xff) | ((number >> 12) & ~0xffL);
        return metadata.withDevice((int) major, (int) minor);
    }

    private static long inode(Map<String, Object> attributes) { // file systems in memory may count in an int
        return get(attributes, "ino", Number.class).longValue();
    }

    private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * NANOS + time.getNano();
    }
}
