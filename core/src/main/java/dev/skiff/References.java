package dev.skiff;

import dev.skiff.oci.Reference;
import dev.skiff.oci.ReferenceSyntaxException;
import java.util.Objects;

/** Names of images as callers write them. */
final class References {
    private References() {}

    static Reference parse(String text) {
        try {
            return Reference.parse(Objects.requireNonNull(text, "reference"));
        } catch (ReferenceSyntaxException e) {
            throw new InvalidReferenceException(e);
        }
    }
}
