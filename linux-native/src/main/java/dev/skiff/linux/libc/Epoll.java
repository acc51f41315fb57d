package dev.skiff.linux.libc;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Waits until one of several descriptors has something to read: epoll(7). */
public final class Epoll implements AutoCloseable {
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int MOST_EVENTS = 64;

    // struct epoll_event is packed on x86_64 alone
    private static final int DATA = System.getProperty("os.arch").equals("amd64") ? 4 : 8;
    private static final int EVENT = DATA + 8;

    private final Descriptor epoll =
            new Descriptor(Libc.check(Libc.epoll_create1(Libc.O_CLOEXEC), "epoll_create1", "", "wait for events"));
    private final byte[] events = new byte[MOST_EVENTS * EVENT];

    /** From now on, {@link #await} reports {@code key} while {@code descriptor} can be read or its other end is closed. */
    public void add(Descriptor descriptor, long key) {
        byte[] event = new byte[EVENT];
        ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN).putInt(0, EPOLLIN).putLong(DATA, key);
        control(EPOLL_CTL_ADD, descriptor, event);
    }

    public void remove(Descriptor descriptor) {
        control(EPOLL_CTL_DEL, descriptor, new byte[EVENT]);
    }

    private void control(int operation, Descriptor descriptor, byte[] event) {
        Libc.check(
                Libc.epoll_ctl(epoll.number(), operation, descriptor.number(), event),
                "epoll_ctl",
                descriptor,
                "wait for events");
    }

    /** Waits without limit; the keys of what is ready. For one thread. */
    public long[] await() {
        int count = Libc.epoll_wait(epoll.number(), events, MOST_EVENTS, -1);
        if (count < 0 && Native.getLastError() == Libc.EINTR) {
            return new long[0];
        }
        Libc.check(count, "epoll_wait", epoll, "wait for events");
        ByteBuffer read = ByteBuffer.wrap(events).order(ByteOrder.LITTLE_ENDIAN);
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = read.getLong(i * EVENT + DATA);
        }
        return keys;
    }

    @Override
    public void close() {
        epoll.close();
    }
}
