package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;

/** A kind of device file. */
public enum DeviceType {
    /** All devices; in rules of the device cgroup only. */
    @JsonField("a")
    ALL,
    @JsonField("c")
    CHARACTER,
    /** A character device without a buffer; to Linux the same as {@link #CHARACTER}. */
    @JsonField("u")
    UNBUFFERED,
    @JsonField("b")
    BLOCK,
    @JsonField("p")
    FIFO
}
