package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Records;
import java.util.Optional;

/**
 * Limits on memory, in bytes; -1 is no limit.
 *
 * @param reservation a soft limit
 * @param swap memory and swap together
 * @param kernel not in cgroup v2
 * @param kernelTcp not in cgroup v2
 * @param swappiness 0 to 100, how readily pages are swapped out
 * @param checkBeforeUpdate refuse a limit below what is in use
 */
public record Memory(
        Optional<Long> limit,
        Optional<Long> reservation,
        Optional<Long> swap,
        Optional<Long> kernel,
        @JsonField("kernelTCP") Optional<Long> kernelTcp,
        @JsonField(unsigned = true) Optional<Long> swappiness,
        @JsonField("disableOOMKiller") Optional<Boolean> disableOomKiller,
        Optional<Boolean> useHierarchy,
        Optional<Boolean> checkBeforeUpdate,
        UnknownFields extra) {
    /** Without limits. */
    public static Memory none() {
        return new Memory(
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

    public Memory withLimit(long limit) {
        return Records.with(this, "limit", limit);
    }

    public Memory withReservation(long reservation) {
        return Records.with(this, "reservation", reservation);
    }

    public Memory withSwap(long swap) {
        return Records.with(this, "swap", swap);
    }
}
