package dev.skiff.dockerfile.plan;

import dev.skiff.oci.Reference;
import dev.skiff.oci.ReferenceSyntaxException;
import java.util.Locale;

/**
 * Names of contexts. One stands for a stage or for an image: {@code alpine}, {@code alpine:latest} and
 * {@code docker.io/library/alpine} are the same.
 */
public final class ContextNames {
    private static final String LATEST = ":latest";

    private ContextNames() {}

    /** The one that equal names have in common; case does not matter. */
    public static String canonical(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        try {
            String familiar = Reference.parse(lowerCase).familiar();
            return familiar.endsWith(LATEST) ? familiar.substring(0, familiar.length() - LATEST.length()) : familiar;
        } catch (ReferenceSyntaxException noReference) {
            return lowerCase;
        }
    }
}
