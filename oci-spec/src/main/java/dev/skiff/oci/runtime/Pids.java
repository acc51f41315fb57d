package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;

/**
 * A limit on the number of processes and threads.
 *
 * @param limit -1 for none
 */
public record Pids(long limit, UnknownFields extra) {
    /** At most so many; -1 for any number. */
    public static Pids of(long limit) {
        return new Pids(limit, UnknownFields.none());
    }
}
