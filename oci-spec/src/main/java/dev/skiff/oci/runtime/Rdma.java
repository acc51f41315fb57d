package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import java.util.Optional;

/**
 * Limits on one RDMA device.
 */
public record Rdma(Optional<Long> hcaHandles, Optional<Long> hcaObjects, UnknownFields extra) {
    public Rdma {
        hcaHandles.ifPresent(count -> Checks.range("hcaHandles", count, 0, Checks.MAX_UINT32));
        hcaObjects.ifPresent(count -> Checks.range("hcaObjects", count, 0, Checks.MAX_UINT32));
    }
}
