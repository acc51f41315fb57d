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
        UnknownFields extra) {}
