package dev.skiff.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.skiff.linux.abi.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Calls that look at files and read them, with the memory that they take their arguments from and write their results to: open(2),
 * statx(2), getdents64(2), read(2), readlink(2). What they wrote stays until the next call. For one thread at a time.
 */
public final class FileCalls {
    public static final int AT_FDCWD = -100;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;

    /** Where statx(2) writes. */
    public static final int STATUS = 8192;

    /** Where the others write. */
    public static final int DATA = STATUS + 256;

    /** How much they may write. */
    public static final int DATA_BYTES = 1 << 17;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int BASIC_STATS = 0x7ff;

    private static final int OPENAT = SyscallTable.host().number("openat");
    private static final int READ = SyscallTable.host().number("read");
    private static final int STATX = SyscallTable.host().number("statx");
    private static final int GETDENTS = SyscallTable.host().number("getdents64");
    private static final int READLINKAT = SyscallTable.host().number("readlinkat");

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(DATA + DATA_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));

    /** What was written, in the kernel's byte order. */
    public ByteBuffer memory() {
        return memory;
    }

    /** Opens what has that path. */
    public int open(byte[] path, int flags) {
        return (int) check(call(OPENAT, AT_FDCWD, path(path), flags, 0, 0), "openat");
    }

    public void close(int descriptor) {
        Libc.close(descriptor);
    }

    /** Looks at what has that path. */
    public void look(byte[] path, int flags) {
        check(call(STATX, AT_FDCWD, path(path), flags, BASIC_STATS, address + STATUS), "statx");
    }

    /** Looks at what is open. */
    public void look(int descriptor) {
        memory.put(0, (byte) 0);
        look(descriptor, 0, AT_EMPTY_PATH);
    }

    /** Looks at what has the name that is written there, in a directory that is open. */
    public void look(int directory, long name, int flags) {
        check(call(STATX, directory, address + name, flags, BASIC_STATS, address + STATUS), "statx");
    }

    /** Reads on in a directory; how much was written, and nothing at its end. */
    public int list(int directory) {
        return (int) check(call(GETDENTS, directory, address + DATA, DATA_BYTES, 0, 0), "getdents64");
    }

    /** Reads on in a file; how much was written, and nothing at its end. */
    public int read(int file) {
        return (int) check(call(READ, file, address + DATA, DATA_BYTES, 0, 0), "read");
    }

    /** What a link says. */
    public byte[] readLink(byte[] path) {
        long length = check(call(READLINKAT, AT_FDCWD, path(path), address + DATA, DATA_BYTES, 0), "readlinkat");
        byte[] target = new byte[(int) length];
        memory.get(DATA, target);
        return target;
    }

    /** The address of a path, which is cut where the kernel finds it too long all the same. */
    private long path(byte[] path) {
        int length = Math.min(path.length, STATUS - 1);
        memory.put(0, path, 0, length);
        memory.put(length, (byte) 0);
        return address;
    }

    private static long call(int number, long first, long second, long third, long fourth, long fifth) {
        long result;
        do {
            result = Libc.syscall(number, first, second, third, fourth, fifth);
        } while (result < 0 && Native.getLastError() == Libc.EINTR);
        return result;
    }

    /** What failed says its errno alone: the caller knows what it was about, and may have expected it. */
    private static long check(long result, String call) {
        return Libc.check(result, call, "", "");
    }
}
