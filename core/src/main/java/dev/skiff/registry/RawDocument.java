package dev.skiff.registry;

import dev.skiff.oci.image.Descriptor;

/** A manifest or an index as the registry serves it, byte for byte: only so does its digest stay what it is. */
public final class RawDocument {
    private final Descriptor descriptor;
    private final byte[] content;

    RawDocument(Descriptor descriptor, byte[] content) {
        this.descriptor = descriptor;
        this.content = content;
    }

    /** Its type, digest and size, all of which have been checked; and its platform, if an index said so. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** A copy of the bytes. */
    public byte[] content() {
        return content.clone();
    }

    @Override
    public String toString() {
        return descriptor.mediaType() + " " + descriptor.digest();
    }
}
