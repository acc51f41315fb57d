package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Records;

/**
 * Where on the host the root file system of the container is.
 *
 * @param path absolute, or relative to the bundle
 */
public record Root(String path, boolean readonly, UnknownFields extra) {
    public Root {
        Checks.path("path", path);
    }

    /** A writable root. */
    public static Root of(String path) {
        return new Root(path, false, UnknownFields.none());
    }

    public Root withReadonly(boolean readonly) {
        return Records.with(this, "readonly", readonly);
    }
}
