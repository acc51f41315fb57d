package dev.skiff.linux.libc;

import com.sun.jna.Native;
import dev.skiff.linux.abi.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a process writes, until its end. Something that it left behind in the background may hold the other end of the pipe
 * and never close it (CVE-2026-53495), so once the process is over there is a limit to the wait; what has been
 * written by then is still read.
 */
public final class PipeInput extends InputStream {
    private static final long FIONREAD = 0x541B;
    private static final Duration ROUND = Duration.ofMinutes(1);
    private static final Duration SHORT_ROUND = Duration.ofMillis(20); // while there is a deadline, or somebody closing

    private final Descriptor data;
    private final Descriptor life;
    private final Duration drain;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean cut;
    private boolean over; // of the reader
    private long deadline;
    private long remaining = Long.MAX_VALUE; // how many bytes there are before the end

    /**
     * @param data the end to read from; closed with this
     * @param life a pipe whose other end is closed when the process is over
     * @param drain how long to wait for more after that
     */
    public PipeInput(Descriptor data, Descriptor life, Duration drain) {
        this.data = data;
        this.life = life;
        this.drain = drain;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        lock.lock();
        try {
            return length == 0 ? 0 : readSome(to, offset, length);
        } finally {
            lock.unlock();
        }
    }

    private int readSome(byte[] to, int offset, int length) throws IOException {
        while (remaining > 0 && !cut) {
            if (await() == Poll.Event.READY) {
                byte[] some = new byte[(int) Math.min(length, remaining)];
                long count = Libc.read(data.number(), some, some.length);
                if (count >= 0) {
                    System.arraycopy(some, 0, to, offset, (int) count);
                    remaining = count == 0 ? 0 : remaining == Long.MAX_VALUE ? remaining : remaining - count;
                    return count == 0 ? -1 : (int) count;
                }
                check(Native.getLastError());
            }
        }
        return -1;
    }

    /** A pseudo-terminal says EIO where a pipe says that there is no more: ioctl_tty(2). */
    private void check(int errno) throws IOException {
        if (errno == Errno.EIO.number()) {
            remaining = 0;
        } else if (errno != Libc.EINTR && errno != Libc.EAGAIN) {
            throw new IOException("read what a process says: " + Errno.nameOf(errno));
        }
    }

    private Poll.Event await() {
        if (over && remaining == Long.MAX_VALUE && deadline - System.nanoTime() <= 0) {
            remaining = waiting();
            return Poll.Event.NOTHING;
        }
        Poll.Event event = Poll.await(data.number(), Poll.IN, life.number(), !over, over ? SHORT_ROUND : ROUND);
        if (event == Poll.Event.OVER) {
            over = true;
            deadline = System.nanoTime() + drain.toNanos();
        }
        return event;
    }

    private long waiting() {
        byte[] count = new byte[4];
        Libc.check(Libc.ioctl(data.number(), FIONREAD, count), "ioctl", "FIONREAD", "read what a process says");
        return ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** Lets no reader wait any longer once the process is over. */
    public void cut() {
        cut = true;
    }

    /** Waits for a reader that is at it. */
    @Override
    public void close() {
        lock.lock();
        try {
            remaining = 0;
            data.close();
        } finally {
            lock.unlock();
        }
    }
}
