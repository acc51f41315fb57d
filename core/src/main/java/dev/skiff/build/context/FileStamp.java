package dev.skiff.build.context;

import java.time.Duration;
import java.time.Instant;

/** What stat(2) says of a file that changes whenever its content does. */
record FileStamp(long device, long inode, long size, long modifiedNanos, long changedNanos) {
    // A file may change again within one tick of the clock that stamps it: 10 ms at most on Linux, and up to two
    // seconds
    // on file systems that keep no fractions.
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration COARSE_TICK = Duration.ofSeconds(3);
    private static final long NANOS = 1_000_000_000;

    /** Whether a change after {@code now} is certain to give another stamp. */
    boolean isSettled(Instant now) {
        Duration tick = changedNanos % NANOS == 0 ? COARSE_TICK : TICK;
        long nowNanos = now.getEpochSecond() * NANOS + now.getNano();
        return nowNanos - changedNanos > tick.toNanos(); // the modification time is whatever somebody has set it to
    }
}
