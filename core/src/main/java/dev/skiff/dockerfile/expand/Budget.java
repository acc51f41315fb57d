package dev.skiff.dockerfile.expand;

import java.util.concurrent.atomic.AtomicLong;

/** How much work expansion may still do: a character made or compared is one step. Shared by threads. */
final class Budget {
    private final AtomicLong stepsLeft;

    Budget(long steps) {
        stepsLeft = new AtomicLong(steps);
    }

    boolean exhausted() {
        return stepsLeft.get() < 0;
    }

    void spend(long steps) {
        if (stepsLeft.addAndGet(-steps) < 0) {
            throw new ExpansionException("the variables of this file take too much work to expand;"
                    + " does one contain itself many times over?");
        }
    }
}
