package dev.skiff.linux.testing;

/** To wait for what nobody tells of: a turn of a loop that a test's time limit ends. */
public final class Spin {
    private Spin() {}

    /**
     * One turn.
     *
     * @throws AssertionError once this thread has been interrupted, which is what a time limit does
     */
    public static void once() {
        if (Thread.interrupted()) {
            throw new AssertionError("what is waited for has not come in time");
        }
        Thread.onSpinWait();
    }
}
