package dev.skiff.store;

import dev.skiff.linux.SyscallException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A host on which one call fails: the so-manieth that is made to any of its trees. */
final class FaultyLayerHost extends WatchedLayerHost {
    private final AtomicInteger callsBefore;

    FaultyLayerHost(LayerHost host, int callsBefore) {
        super(host);
        this.callsBefore = new AtomicInteger(callsBefore);
    }

    /** Whether the failure has come to pass. */
    boolean failed() {
        return callsBefore.get() < 0;
    }

    @Override
    void before(String method, Object @Nullable [] arguments) {
        if (!method.equals("close") && callsBefore.getAndDecrement() == 0) {
            throw new SyscallException(method, "", "ENOSPC", "fault injection", "");
        }
    }
}
