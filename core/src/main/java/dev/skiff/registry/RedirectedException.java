package dev.skiff.registry;

import java.io.IOException;

/** A request failed at a host to which the registry had sent us: that host is the one to name. */
final class RedirectedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Call call;
    private final IOException failure;

    RedirectedException(Call call, IOException failure) {
        super(failure.getMessage(), failure);
        this.call = call;
        this.failure = failure;
    }

    /** The request that failed. */
    Call call() {
        return call;
    }

    /** How it failed. */
    IOException failure() {
        return failure;
    }
}
