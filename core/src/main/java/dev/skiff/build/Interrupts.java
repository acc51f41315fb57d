package dev.skiff.build;

import dev.skiff.InterruptedOperationException;
import java.nio.channels.ClosedByInterruptException;

/** Tells the interrupt behind a failure: a channel that is interrupted closes and throws, and what threw may have been wrapped. */
final class Interrupts {
    private Interrupts() {}

    static boolean isBehind(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ClosedByInterruptException
                    || at instanceof InterruptedException
                    || at instanceof InterruptedOperationException) {
                return true;
            }
        }
        return false;
    }

    /** The failure in our own words, if an interrupt is behind it. */
    static InterruptedOperationException asOurs(String work, Throwable failure) {
        if (failure instanceof InterruptedOperationException known) {
            return known;
        }
        InterruptedException interrupt = new InterruptedException(String.valueOf(failure.getMessage()));
        interrupt.initCause(failure);
        return new InterruptedOperationException(work, interrupt);
    }
}
