package dev.skiff.linux.libc;

import com.sun.jna.Native;
import java.time.Duration;

/** Waits for one of two descriptors: poll(2). */
final class Poll {
    static final int IN = 1;
    static final int OUT = 4;
    private static final int ONLY_ENDS = 0; // POLLHUP and POLLERR are always told
    private static final int FIELDS = 2; // struct pollfd as 32-bit words: the descriptor, and events below revents
    private static final int REVENTS = 16;
    private static final int IGNORED = -1;

    private Poll() {}

    /** What came first. */
    enum Event {
        READY,
        OVER,
        NOTHING
    }

    /**
     * Waits until {@code data} is ready or the other end of {@code life} is closed; the first is told rather than the second.
     *
     * @param heedLife whether to look at {@code life} at all
     */
    static Event await(int data, int events, int life, boolean heedLife, Duration atMost) {
        int[] wait = {data, events, heedLife ? life : IGNORED, ONLY_ENDS};
        int milliseconds = (int) Math.min(Integer.MAX_VALUE, Math.max(0, atMost.toMillis()));
        int count = Libc.poll(wait, wait.length / FIELDS, milliseconds);
        if (count < 0 && Native.getLastError() == Libc.EINTR) {
            return Event.NOTHING;
        }
        Libc.check(count, "poll", data, "wait for the streams of a process");
        if (wait[1] >>> REVENTS != 0) {
            return Event.READY;
        }
        return wait[3] >>> REVENTS != 0 ? Event.OVER : Event.NOTHING;
    }
}
