package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;

/**
 * A limit on one resource of the process.
 *
 * @param hard what the soft limit may be raised to, as the bits of an unsigned number
 * @param soft what holds, likewise
 */
public record Rlimit(
        RlimitType type,
        @JsonField(unsigned = true) long hard,
        @JsonField(unsigned = true) long soft,
        UnknownFields extra) {
    /** No limit: RLIM_INFINITY. */
    public static final long UNLIMITED = -1;

    public Rlimit {
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new IllegalArgumentException(type + ": the soft limit " + Long.toUnsignedString(soft)
                    + " is above the hard limit " + Long.toUnsignedString(hard));
        }
    }

    /** Soft, then hard, as setrlimit(2) has it. */
    public static Rlimit of(RlimitType type, long soft, long hard) {
        return new Rlimit(type, hard, soft, UnknownFields.none());
    }
}
