package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;

/**
 * The most that the container may do to one block device in a second.
 *
 * @param rate bytes or operations
 */
public record ThrottleDevice(
        long major, long minor, @JsonField(unsigned = true) long rate, UnknownFields extra) {
    /** A rate for a device. */
    public static ThrottleDevice of(long major, long minor, long rate) {
        return new ThrottleDevice(major, minor, rate, UnknownFields.none());
    }
}
