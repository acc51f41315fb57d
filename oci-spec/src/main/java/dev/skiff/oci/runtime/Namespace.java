package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Records;
import java.util.Optional;

/**
 * A namespace that the container is given: its own, or one that is there already.
 *
 * @param path a file of the host that stands for the namespace to join; a new one if absent
 */
public record Namespace(NamespaceType type, Optional<String> path, UnknownFields extra) {
    public Namespace {
        path.ifPresent(file -> Checks.absolute("path", file));
    }

    /** A new one. */
    public static Namespace of(NamespaceType type) {
        return new Namespace(type, Optional.empty(), UnknownFields.none());
    }

    public Namespace withPath(String path) {
        return Records.with(this, "path", path);
    }
}
