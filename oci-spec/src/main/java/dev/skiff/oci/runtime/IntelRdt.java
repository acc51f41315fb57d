package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;

/**
 * A share of the cache and of the memory bandwidth, on processors that have Resource Director Technology.
 *
 * @param closId the class of service
 * @param enableCmt measure the cache
 * @param enableMbm measure the bandwidth
 * @param schemata more lines for the class, after the others
 * @param enableMonitoring measure whatever there is
 */
public record IntelRdt(
        @JsonField("closID") Optional<String> closId,
        Optional<String> l3CacheSchema,
        Optional<String> memBwSchema,
        @JsonField("enableCMT") boolean enableCmt,
        @JsonField("enableMBM") boolean enableMbm,
        List<String> schemata,
        boolean enableMonitoring,
        UnknownFields extra) {
    public IntelRdt {
        schemata = Copies.list(schemata);
        l3CacheSchema.ifPresent(schema -> Checks.noNul("l3CacheSchema", schema));
        memBwSchema.ifPresent(schema -> Checks.noNul("memBwSchema", schema));
        schemata.forEach(schema -> Checks.noNul("schemata", schema));
    }

    /** A class of service of the runtime's own choice, in which nothing is limited or measured. */
    public static IntelRdt none() {
        return new IntelRdt(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                List.of(),
                false,
                UnknownFields.none());
    }

    public IntelRdt withClosId(String closId) {
        return Records.with(this, "closId", closId);
    }

    public IntelRdt withL3CacheSchema(String l3CacheSchema) {
        return Records.with(this, "l3CacheSchema", l3CacheSchema);
    }

    public IntelRdt withMemBwSchema(String memBwSchema) {
        return Records.with(this, "memBwSchema", memBwSchema);
    }

    public IntelRdt withEnableCmt(boolean enableCmt) {
        return Records.with(this, "enableCmt", enableCmt);
    }

    public IntelRdt withEnableMbm(boolean enableMbm) {
        return Records.with(this, "enableMbm", enableMbm);
    }

    public IntelRdt withSchemata(List<String> schemata) {
        return Records.with(this, "schemata", schemata);
    }

    public IntelRdt withEnableMonitoring(boolean enableMonitoring) {
        return Records.with(this, "enableMonitoring", enableMonitoring);
    }
}
