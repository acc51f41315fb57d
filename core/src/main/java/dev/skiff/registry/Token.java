package dev.skiff.registry;

import java.time.Duration;

/** A Bearer token and when it stops being good, by the monotonic clock. */
record Token(String secret, long endNanos) {
    // One that ends while a request is on its way costs a second round; one given up early costs next to nothing.
    private static final Duration MARGIN = Duration.ofSeconds(10);

    static Token lasting(String secret, Duration lifetime) {
        return new Token(secret, System.nanoTime() + lifetime.minus(MARGIN).toNanos());
    }

    boolean good() {
        return endNanos - System.nanoTime() > 0;
    }

    String header() {
        return "Bearer " + secret;
    }

    /** The secret is one. */
    @Override
    public String toString() {
        return "Token[good=" + good() + "]";
    }
}
