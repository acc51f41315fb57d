package dev.skiff.store;

import dev.skiff.oci.Reference;
import dev.skiff.oci.ReferenceSyntaxException;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import java.util.Map;
import java.util.Optional;

/** How the entries of an image layout's index are named. */
final class ImageNames {
    /** Where containerd keeps the whole name; the specification's own annotation is often but a tag. */
    private static final String FULL_NAME = "io.containerd.image.name";

    private ImageNames() {}

    /** The name of an entry, if it is a whole one. */
    static Optional<Reference> of(Descriptor entry) {
        Map<String, String> annotations = entry.annotations();
        String full = annotations.get(FULL_NAME);
        String name = annotations.getOrDefault(Annotations.REF_NAME, "");
        if (full == null && name.indexOf('/') < 0 && name.indexOf(':') < 0) {
            return Optional.empty(); // a tag, of who knows which repository
        }
        return parse(full == null ? name : full).map(ImageNames::canonical);
    }

    static Optional<Reference> parse(String name) {
        try {
            return Optional.of(Reference.parse(name));
        } catch (ReferenceSyntaxException e) {
            return Optional.empty(); // another tool's, who has other rules
        }
    }

    /** The annotations that say a name. */
    static Map<String, String> annotations(Reference name) {
        String text = canonical(name).toString();
        return Map.of(FULL_NAME, text, Annotations.REF_NAME, text);
    }

    /** With a digest, the tag says nothing. */
    static Reference canonical(Reference reference) {
        return reference.digest().isEmpty()
                ? reference
                : new Reference(reference.domain(), reference.path(), Optional.empty(), reference.digest());
    }
}
