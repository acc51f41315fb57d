package dev.skiff;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Reference;
import java.util.Objects;

/**
 * What came of a push.
 *
 * @param reference the name that the image has in the registry now
 * @param digest of its manifest there: with the repository, it names this very image for good
 * @param layers how many different layers the image has
 * @param layersReused how many of them the registry had already, so that they were not sent
 */
public record Pushed(Reference reference, Digest digest, int layers, int layersReused) {
    public Pushed {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(digest, "digest");
    }
}
