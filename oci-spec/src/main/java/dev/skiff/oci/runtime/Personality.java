package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import java.util.List;

/**
 * Which kernel the process believes it runs on.
 *
 * @param flags none are defined yet
 */
public record Personality(PersonalityDomain domain, List<String> flags, UnknownFields extra) {
    public Personality {
        flags = Copies.list(flags);
    }

    /** Without flags. */
    public static Personality of(PersonalityDomain domain) {
        return new Personality(domain, List.of(), UnknownFields.none());
    }
}
