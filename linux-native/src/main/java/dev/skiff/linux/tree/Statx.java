package dev.skiff.linux.tree;

import static dev.skiff.linux.tree.Call.AT_EMPTY_PATH;
import static dev.skiff.linux.tree.Call.AT_FDCWD;
import static dev.skiff.linux.tree.Call.AT_SYMLINK_NOFOLLOW;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileStatus;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.LineWriter;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/** What statx(2) has written at a place in memory ({@code struct statx}, the same on every architecture). */
record Statx(ByteBuffer memory, int at) {
    static final int BYTES = 256;

    private static final long BASIC_STATS = 0x7ff;
    private static final int LINKS = 16;
    private static final int UID = 20;
    private static final int GID = 24;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int CTIME_SECONDS = 96;
    private static final int CTIME_NANOS = 104;
    private static final int MTIME_SECONDS = 112;
    private static final int MTIME_NANOS = 120;
    private static final int NODE_MAJOR = 128;
    private static final int NODE_MINOR = 132;
    private static final int DEVICE = 136; // major and minor, 4 bytes each

    static Statx at(Batch batch, long address) {
        return new Statx(batch.memory(), Batch.offset(address));
    }

    // ---- lines

    /** Looks at what has that name, itself. */
    static LineWriter look(Batch batch, long name, long to) {
        return batch.call(Call.STATX, AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, BASIC_STATS, to);
    }

    /** Looks at what is open. */
    static void lookAtOpen(Batch batch, int register, long to) {
        long noName = batch.string(new byte[0]);
        batch.call(Call.STATX, 0, noName, AT_EMPTY_PATH, BASIC_STATS, to).register(0, register);
    }

    static void expectType(Batch batch, long found, int type) {
        batch.expect(Call.STATX, found + MODE, 2, FileMetadata.S_IFMT, type, Errno.EINVAL);
    }

    /** Goes on only if that is the file with this identity. */
    static void expectSame(Batch batch, long found, long inode, long device) {
        batch.expect(Call.STATX, found + INODE, 8, -1, inode, Errno.ESTALE);
        batch.expect(Call.STATX, found + DEVICE, 8, -1, device, Errno.ESTALE);
    }

    /** Goes on only if the file is smaller than that power of two; else it is an allowed {@code EFBIG}. */
    static LineWriter expectSmaller(Batch batch, long found, long powerOfTwo) {
        return batch.expect(Call.STATX, found + SIZE, 8, -powerOfTwo, 0, Errno.EFBIG)
                .allow(Errno.EFBIG);
    }

    // ---- what was found

    int mode() {
        return Short.toUnsignedInt(memory.getShort(at + MODE));
    }

    long inode() {
        return memory.getLong(at + INODE);
    }

    long device() {
        return memory.getLong(at + DEVICE);
    }

    long size() {
        return memory.getLong(at + SIZE);
    }

    long links() {
        return Integer.toUnsignedLong(memory.getInt(at + LINKS));
    }

    FileMetadata metadata(SortedMap<String, byte[]> xattrs) {
        int type = mode() & FileMetadata.S_IFMT;
        boolean sized =
                type == FileMetadata.S_IFREG || type == FileMetadata.S_IFLNK; // else it is the file system's affair
        return new FileMetadata(
                mode(),
                memory.getInt(at + UID),
                memory.getInt(at + GID),
                sized ? size() : 0,
                memory.getLong(at + MTIME_SECONDS),
                memory.getInt(at + MTIME_NANOS),
                memory.getInt(at + NODE_MAJOR),
                memory.getInt(at + NODE_MINOR),
                xattrs);
    }

    /** The whole of it. */
    FileStatus status() {
        return new FileStatus(
                mode(),
                size(),
                memory.getLong(at + MTIME_SECONDS),
                memory.getInt(at + MTIME_NANOS),
                memory.getLong(at + CTIME_SECONDS),
                memory.getInt(at + CTIME_NANOS),
                number(memory.getInt(at + DEVICE), memory.getInt(at + DEVICE + Integer.BYTES)),
                inode(),
                memory.getInt(at + LINKS),
                memory.getInt(at + NODE_MAJOR),
                memory.getInt(at + NODE_MINOR));
    }

    /** As makedev(3) has it, which is wider than mknod(2). */
    private static long number(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xffffff00L) << 12 | (major & 0xfffff000L) << 32;
    }

    /** Whether mknod(2) has room for that device number: 12 and 20 bits. */
    static boolean isDevice(int major, int minor) {
        return major >>> 12 == 0 && minor >>> 20 == 0;
    }

    /** A device number as mknod(2) takes it. */
    static long device(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xfff00) << 12;
    }
}
