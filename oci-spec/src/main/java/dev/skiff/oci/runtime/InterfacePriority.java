package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;

/**
 * The priority of traffic on one network interface.
 */
public record InterfacePriority(String name, long priority, UnknownFields extra) {
    public InterfacePriority {
        Checks.range("priority", priority, 0, Checks.MAX_UINT32);
    }
}
