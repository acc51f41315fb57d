package dev.skiff.build.copy;

import dev.skiff.linux.FileMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What stat(2) says of a file of the host.
 *
 * @param metadata as an image is to have it: root's, for owners of the host mean nothing there
 * @param stamp tells whether it has changed
 * @param links how many names it has
 */
record HostFile(FileMetadata metadata, FileStamp stamp, int links) {
    private static final String ATTRIBUTES = "unix:mode,dev,rdev,ino,nlink,size,lastModifiedTime,ctime";
    private static final long NANOS = 1_000_000_000;

    /** The file itself, which may be a link. */
    static HostFile of(Path path) throws IOException {
        return of(Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS));
    }

    /** What a link leads to. */
    static HostFile followed(Path path) throws IOException {
        return of(Files.readAttributes(path, ATTRIBUTES));
    }

    private static HostFile of(Map<String, Object> attributes) {
        Instant modified = get(attributes, "lastModifiedTime", FileTime.class).toInstant();
        Instant changed = get(attributes, "ctime", FileTime.class).toInstant();
        long size = get(attributes, "size", Long.class);
        FileMetadata metadata = FileMetadata.of(get(attributes, "mode", Integer.class), 0)
                .withMtime(modified.getEpochSecond(), modified.getNano());
        if (metadata.isRegular()) {
            metadata = metadata.withSize(size);
        } else if (metadata.isDevice()) {
            metadata = withDevice(metadata, get(attributes, "rdev", Long.class));
        }
        FileStamp stamp = new FileStamp(
                get(attributes, "dev", Long.class),
                get(attributes, "ino", Long.class),
                size,
                nanos(modified),
                nanos(changed));
        return new HostFile(metadata, stamp, get(attributes, "nlink", Integer.class));
    }

    private static FileMetadata withDevice(FileMetadata metadata, long number) { // laid out as makedev(3) does
        long major = ((number >> 8) & 0xfff) | ((number >> 32) & ~0xfffL);
        long minor = (number & 0xff) | ((number >> 12) & ~0xffL);
        return metadata.withDevice((int) major, (int) minor);
    }

    private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * NANOS + time.getNano();
    }
}
