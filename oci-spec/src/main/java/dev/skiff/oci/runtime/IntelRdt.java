package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import java.util.Optional;

/**
 * A share of the cache and of the memory bandwidth, on processors that have Resource Director Technology.
 *
 * @param closId the class of service
 * @param enableCmt measure the cache
 * @param enableMbm measure the bandwidth
 */
public record IntelRdt(
        @JsonField("closID") Optional<String> closId,
        Optional<String> l3CacheSchema,
        Optional<String> memBwSchema,
        @JsonField("enableCMT") boolean enableCmt,
        @JsonField("enableMBM") boolean enableMbm,
        UnknownFields extra) {
    /** A class of service of the runtime's own choice, in which nothing is limited or measured. */
    public static IntelRdt none() {
        return new IntelRdt(Optional.empty(), Optional.empty(), Optional.empty(), false, false, UnknownFields.none());
    }
}
