package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;

/**
 * A range of user or group ids in a container and what they are on the host.
 *
 * @param containerId the first id in the container
 * @param hostId the id on the host that it is
 * @param size how many ids in a row
 */
public record IdMapping(
        @JsonField("containerID") long containerId,
        @JsonField("hostID") long hostId,
        long size,
        UnknownFields extra) {
    public IdMapping {
        Checks.range("containerID", containerId, 0, Checks.MAX_UINT32);
        Checks.range("hostID", hostId, 0, Checks.MAX_UINT32);
        Checks.range("size", size, 1, Checks.MAX_UINT32);
    }

    /** In the order of /proc/self/uid_map. */
    public static IdMapping of(long containerId, long hostId, long size) {
        return new IdMapping(containerId, hostId, size, UnknownFields.none());
    }
}
