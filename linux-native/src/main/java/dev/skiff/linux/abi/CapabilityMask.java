package dev.skiff.linux.abi;

import dev.skiff.oci.runtime.Capability;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** Sets of capabilities as {@code capset} takes them and {@code /proc/self/status} shows them: a bit for each. */
public final class CapabilityMask {
    private CapabilityMask() {}

    /** The mask that holds all of these. */
    public static long of(Collection<Capability> capabilities) {
        long mask = 0;
        for (Capability capability : capabilities) {
            mask |= 1L << capability.number();
        }
        return mask;
    }

    /** The capabilities in a mask; bits that a newer kernel may have added are left out. */
    public static Set<Capability> toSet(long mask) {
        EnumSet<Capability> found = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if ((mask >>> capability.number() & 1) != 0) {
                found.add(capability);
            }
        }
        return found;
    }
}
