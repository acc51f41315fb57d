package dev.skiff.linux.tree;

import static dev.skiff.linux.tree.Call.AT_FDCWD;
import static dev.skiff.linux.tree.Call.AT_SYMLINK_NOFOLLOW;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.abi.Errno;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The lines that give a file its owner, mode, extended attributes and times, in the one order that keeps them all: a change of
 * owner clears the setuid bits and {@code security.capability}, and whatever is done moves the times.
 *
 * @param oneOwner whether all files belong to the one user there is, whoever they should belong to
 */
record Attributes(boolean oneOwner) {
    private static final int MOST = 1024; // xattrs; a file system has room for some dozen
    private static final int FIXED_LINES = 4;
    private static final int FIXED_BYTES = 64;
    private static final int PER_XATTR_BYTES = 8;
    private static final int SPECIAL_BITS = 07000;

    static int lines(FileMetadata metadata) {
        return FIXED_LINES + metadata.xattrs().size();
    }

    static long bytes(FileMetadata metadata) {
        long bytes = FIXED_BYTES;
        for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
            bytes += 4L * xattr.getKey().length() + xattr.getValue().length + PER_XATTR_BYTES; // UTF-8 at its longest
        }
        return bytes;
    }

    /** Whether the extended attributes are so few and small that some file system could hold them. */
    static boolean fit(FileMetadata metadata) {
        return metadata.xattrs().size() <= MOST && bytes(metadata) <= Pipeline.MOST_METADATA;
    }

    /** Whether their names reach the kernel as they are. */
    static boolean areNamed(FileMetadata metadata) {
        return metadata.xattrs().keySet().stream().allMatch(name -> !name.isEmpty() && name.indexOf('\0') < 0);
    }

    /** For an open file, whose descriptor is in that register. */
    void ofDescriptor(Batch batch, int file, FileMetadata metadata) {
        batch.call(Call.FCHOWN, 0, uid(metadata), gid(metadata)).register(0, file);
        batch.call(Call.FCHMOD, 0, metadata.permissions()).register(0, file);
        for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
            byte[] value = xattr.getValue();
            long name = name(batch, xattr.getKey());
            long content = batch.bytes(value, 0, value.length);
            batch.call(Call.FSETXATTR, 0, name, content, value.length, 0).register(0, file);
        }
        batch.call(Call.UTIMENSAT, 0, 0, times(batch, metadata), 0).register(0, file);
    }

    /** For what cannot be opened: links, devices, FIFOs. */
    void ofPath(Batch batch, long path, FileMetadata metadata) {
        batch.call(Call.FCHOWNAT, AT_FDCWD, path, uid(metadata), gid(metadata), AT_SYMLINK_NOFOLLOW);
        if (!metadata.isSymlink() && (metadata.mode() & SPECIAL_BITS) != 0) {
            setMode(batch, path, metadata);
        }
        for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
            byte[] value = xattr.getValue();
            long name = name(batch, xattr.getKey());
            long content = batch.bytes(value, 0, value.length);
            batch.call(Call.LSETXATTR, path, name, content, value.length, 0);
        }
        batch.call(Call.UTIMENSAT, AT_FDCWD, path, times(batch, metadata), AT_SYMLINK_NOFOLLOW);
    }

    /** There is no way to do it without following a link before Linux 6.6: such a kernel leaves the mode as it is. */
    void setMode(Batch batch, long path, FileMetadata metadata) {
        batch.call(Call.FCHMODAT2, AT_FDCWD, path, metadata.permissions(), AT_SYMLINK_NOFOLLOW)
                .allow(Errno.ENOSYS);
    }

    private long uid(FileMetadata metadata) {
        return oneOwner ? 0 : metadata.uid();
    }

    private long gid(FileMetadata metadata) {
        return oneOwner ? 0 : metadata.gid();
    }

    private static long name(Batch batch, String xattr) {
        return batch.string(xattr.getBytes(StandardCharsets.UTF_8));
    }

    /** The time of last access is that of the last change: nothing else would be the same each time. */
    private static long times(Batch batch, FileMetadata metadata) {
        return batch.longs(
                metadata.mtimeSeconds(), metadata.mtimeNanos(), metadata.mtimeSeconds(), metadata.mtimeNanos());
    }
}
