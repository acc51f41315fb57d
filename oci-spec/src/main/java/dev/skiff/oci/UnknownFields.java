package dev.skiff.oci;

import dev.skiff.oci.internal.Copies;
import java.util.Map;
import java.util.Set;

/**
 * Carries the fields of an object that its specification does not know, so that a document which is read, changed and
 * written again loses nothing of what other tools put there. Equal when the fields are.
 */
public final class UnknownFields {
    private static final UnknownFields NONE = new UnknownFields(Map.of());

    private final Map<String, Object> fields;

    private UnknownFields(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** What a record made by hand holds. */
    public static UnknownFields none() {
        return NONE;
    }

    static UnknownFields of(Map<String, Object> fields) {
        return fields.isEmpty() ? NONE : new UnknownFields(Copies.map(fields));
    }

    /** The names, sorted. */
    public Set<String> names() {
        return fields.keySet();
    }

    Map<String, Object> fields() {
        return fields;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnknownFields unknown && fields.equals(unknown.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The names alone: what strangers put here may be long, or a secret. */
    @Override
    public String toString() {
        return names().toString();
    }
}
