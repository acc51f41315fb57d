package dev.skiff.linux.libc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.skiff.linux.abi.Errno;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** What a process reads. Writing waits while it does not, and fails once it is over or has closed its end. */
public final class PipeOutput extends OutputStream {
    private static final int F_SETFL = 4;
    private static final int CHUNK = 65536;
    private static final Duration ROUND = Duration.ofMinutes(1);

    private final Descriptor data;
    private final Descriptor life;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /**
     * @param data the end to write to; closed with this
     * @param life a pipe whose other end is closed when the process is over
     */
    public PipeOutput(Descriptor data, Descriptor life) {
        this.data = data;
        this.life = life;
        Libc.check(Libc.fcntl(data.number(), F_SETFL, Libc.O_NONBLOCK), "fcntl", data, "connect standard input");
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        lock.lock();
        try (Memory chunk = new Memory(Math.max(1, Math.min(length, CHUNK)))) {
            for (int done = 0; done < length; ) {
                int some = Math.min(length - done, CHUNK);
                chunk.write(0, from, offset + done, some);
                done += writeSome(chunk, some);
            }
        } finally {
            lock.unlock();
        }
    }

    private int writeSome(Memory chunk, int length) throws IOException {
        if (closed) {
            throw new IOException("standard input is closed");
        }
        long written = Libc.write(data.number(), chunk, length);
        if (written >= 0) {
            return (int) written;
        }
        int errno = Native.getLastError();
        if (errno == Errno.EPIPE.number() || errno == Errno.EIO.number()) {
            throw new IOException("the process has closed its standard input, or is over");
        }
        if (errno != Libc.EAGAIN && errno != Libc.EINTR) {
            throw new IOException("write to a process: " + Errno.nameOf(errno));
        }
        if (Poll.await(data.number(), Poll.OUT, life.number(), true, ROUND) == Poll.Event.OVER) {
            throw new IOException("the process is over and has not read all of its standard input");
        }
        return 0;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            data.close();
        } finally {
            lock.unlock();
        }
    }
}
