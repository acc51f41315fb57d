package dev.skiff.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory that another process maps too. Closing unmaps it here; no view of it may be used after that. */
public final class SharedMemory implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    private final Pointer at;
    private final long length;
    private final Descriptor descriptor;
    private boolean open = true;

    public SharedMemory(String name, long length) {
        this.length = length;
        this.descriptor = Memfd.ofLength(name, length);
        Pointer mapped = Libc.mmap(Pointer.NULL, length, PROT_READ_WRITE, MAP_SHARED, descriptor.number(), 0);
        if (Pointer.nativeValue(mapped) == MAP_FAILED) {
            int errno = Native.getLastError();
            descriptor.close();
            throw Libc.failure(errno, "mmap", length + " bytes", "share memory with an agent");
        }
        this.at = mapped;
    }

    /** To be sent to whoever shares it. */
    public Descriptor descriptor() {
        return descriptor;
    }

    public long length() {
        return length;
    }

    /** A view of a part, in the kernel's byte order. */
    public ByteBuffer view(long offset, long bytes) {
        return at.getByteBuffer(offset, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    public void write(long offset, byte[] content) {
        at.write(offset, content, 0, content.length);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            descriptor.close();
            Libc.munmap(at, length);
        }
    }
}
