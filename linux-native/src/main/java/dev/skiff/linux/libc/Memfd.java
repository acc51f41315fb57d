package dev.skiff.linux.libc;

import com.sun.jna.Native;

/** Anonymous files in memory: memfd_create(2). */
public final class Memfd {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_EXEC = 0x10;
    private static final int F_ADD_SEALS = 1033;
    private static final int SEAL_ALL = 0x1 | 0x2 | 0x4 | 0x8; // SEAL, SHRINK, GROW, WRITE
    private static final int EINVAL = 22;

    private Memfd() {}

    /** An executable with this content, which nobody can change any more, not even us. */
    public static Descriptor sealedExecutable(String name, byte[] content) {
        int fd = Libc.memfd_create(Libc.string(name), MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        if (fd < 0 && Native.getLastError() == EINVAL) { // MFD_EXEC came with Linux 6.3
            fd = Libc.memfd_create(Libc.string(name), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        }
        Descriptor memory = new Descriptor(Libc.check(fd, "memfd_create", name, "hold the launcher in memory"));
        try {
            write(memory, content, 0);
            Libc.check(Libc.fcntl(fd, F_ADD_SEALS, SEAL_ALL), "fcntl", "F_ADD_SEALS", "seal the launcher");
            return memory;
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /** Memory of that length, all zero. */
    public static Descriptor ofLength(String name, long length) {
        int fd = Libc.memfd_create(Libc.string(name), MFD_CLOEXEC);
        Descriptor memory = new Descriptor(Libc.check(fd, "memfd_create", name, "make memory to share"));
        try {
            Libc.check(Libc.ftruncate(memory.number(), length), "ftruncate", length, "make memory to share");
            return memory;
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /** Writes all of it there. */
    public static void write(Descriptor memory, byte[] content, long offset) {
        long written = Libc.pwrite(memory.number(), content, content.length, offset);
        Libc.check(written, "pwrite", content.length + " bytes", "fill memory to share");
        if (written != content.length) {
            throw new AssertionError("memory took " + written + " of " + content.length + " bytes");
        }
    }
}
