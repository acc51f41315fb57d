package dev.skiff.linux.launcher;

import dev.skiff.linux.SyscallException;

/**
 * How long an answer is waited for: as long as it takes, for a disk may be slow, unless whoever is to answer has been stopped. Then
 * nothing would come for as long as it pleases somebody else. Nor does anything come of one who is gone, though what it had made may
 * hold the other end of the connection still. Run for each second of silence.
 */
public final class Patience implements Runnable {
    private static final int MOST_SECONDS = 5;

    private final HeldProcess process;
    private final String purpose;
    private int seconds;

    /** @param purpose what an answer is waited for */
    public Patience(HeldProcess process, String purpose) {
        this.process = process;
        this.purpose = purpose;
    }

    /** @throws SyscallException ETIMEDOUT once it has been stopped for so long; it has been killed then. ECONNRESET if it is gone */
    @Override
    public void run() {
        if (process.isGone()) {
            throw new SyscallException(
                    "recv",
                    "a launcher's answer",
                    "ECONNRESET",
                    purpose,
                    "who was to answer has been killed, or memory was short: see the kernel's log");
        }
        seconds = process.stopped() ? seconds + 1 : 0;
        if (seconds >= MOST_SECONDS) {
            SyscallException failure = new SyscallException(
                    "recv",
                    "a launcher's answer",
                    "ETIMEDOUT",
                    purpose,
                    process + " had been stopped for " + MOST_SECONDS
                            + " s, as by SIGSTOP, and was killed; see who stops it");
            process.kill();
            throw failure;
        }
    }
}
