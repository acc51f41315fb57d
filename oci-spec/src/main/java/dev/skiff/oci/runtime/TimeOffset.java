package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import java.util.Optional;

/**
 * How far a clock of the container is ahead of the one of the host.
 */
public record TimeOffset(Optional<Long> secs, Optional<Long> nanosecs, UnknownFields extra) {
    public TimeOffset {
        nanosecs.ifPresent(value -> Checks.range("nanosecs", value, 0, 999_999_999));
    }
}
