package dev.skiff.oci.image;

import dev.skiff.oci.JsonException;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Texts;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps a document from being two things at once. Registries, scanners and engines must all see the same image under one
 * digest; CVE-2021-41190 was a document that some took for a manifest and others for an index.
 */
final class Documents {
    private Documents() {}

    /** What a document says of itself must not speak against what it was read as. */
    static void check(
            String kind,
            int schemaVersion,
            Optional<String> mediaType,
            Predicate<String> fits,
            UnknownFields extra,
            String... ofOthers) {
        if (schemaVersion != 2) {
            throw new IllegalArgumentException("schemaVersion must be 2, got " + schemaVersion
                    + (schemaVersion == 1 ? "; images of schema 1 must be pushed anew by a current tool" : ""));
        }
        if (mediaType.isPresent() && !fits.test(mediaType.get())) {
            throw new IllegalArgumentException(
                    "mediaType is not that of the " + kind + ": " + Texts.excerpt(mediaType.get()));
        }
        for (String field : ofOthers) {
            if (extra.names().contains(field)) {
                throw new IllegalArgumentException(
                        "the " + kind + " cannot have " + field + ": others would take it for something else");
            }
        }
    }

    /** What a document says of itself must be what others say of it; only one of OCI may say nothing. */
    static <T> T agree(T document, Function<T, Optional<String>> mediaType, String expected, String oci) {
        String found = mediaType.apply(document).orElse(oci);
        if (!found.equals(expected)) {
            throw new JsonException("$.mediaType", "expected " + expected + ", found " + Texts.excerpt(found));
        }
        return document;
    }
}
