package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Records;
import java.util.Optional;

/**
 * Limits on processor time, in microseconds.
 *
 * @param shares the weight beside other containers
 * @param quota how long it may run in each period
 * @param burst how much of unused quota may be saved up
 * @param cpus the processors it may use, such as {@code 0-3,7}
 * @param mems the memory nodes, likewise
 * @param idle 1 for idle time only
 */
public record Cpu(
        @JsonField(unsigned = true) Optional<Long> shares,
        Optional<Long> quota,
        @JsonField(unsigned = true) Optional<Long> burst,
        @JsonField(unsigned = true) Optional<Long> period,
        Optional<Long> realtimeRuntime,
        @JsonField(unsigned = true) Optional<Long> realtimePeriod,
        Optional<String> cpus,
        Optional<String> mems,
        Optional<Long> idle,
        UnknownFields extra) {
    /** Without limits. */
    public static Cpu none() {
        return new Cpu(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                UnknownFields.none());
    }

    public Cpu withShares(long shares) {
        return Records.with(this, "shares", shares);
    }

    public Cpu withQuota(long quota) {
        return Records.with(this, "quota", quota);
    }

    public Cpu withPeriod(long period) {
        return Records.with(this, "period", period);
    }

    public Cpu withMems(String mems) {
        return Records.with(this, "mems", mems);
    }

    public Cpu withCpus(String cpus) {
        return Records.with(this, "cpus", cpus);
    }
}
