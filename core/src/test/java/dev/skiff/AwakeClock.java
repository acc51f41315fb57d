package dev.skiff;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Goes on only while this JVM does: time in which somebody had stopped it, or in which it was given no processor, is not counted
 * against what it does.
 */
final class AwakeClock {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(100); // on a machine that is busy

    private final AtomicLong nanos = new AtomicLong();

    AwakeClock() {
        Thread thread = new Thread(this::run, "awake clock");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        for (long last = System.nanoTime(); ; ) {
            LockSupport.parkNanos(TICK);
            long now = System.nanoTime();
            nanos.addAndGet(Math.min(now - last, LONGEST_TICK));
            last = now;
        }
    }

    /** As {@link System#nanoTime}, a tick late. */
    long nanos() {
        return nanos.get();
    }
}
