package dev.skiff.build.cache;

import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.store.OutgoingLayer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Where a cache is: a repository of a registry, or a directory. It may be gone, or not be a cache at all; who asks is prepared. */
public interface CachePlace {
    /** As a person would name it. */
    String name();

    /** The manifest that is there now, if there is one. */
    Optional<Manifest> manifest() throws IOException;

    /** Opens a blob that the manifest names. What comes is checked by who asks. */
    InputStream blob(Descriptor blob) throws IOException;

    /**
     * Has layers there, those that are missing put there first.
     *
     * @return what they are called there, in the same order
     */
    List<Descriptor> put(List<OutgoingLayer> layers) throws IOException;

    /** Puts the documents of a cache there whose layers are in place, the manifest last; it replaces the one before. */
    void put(Descriptor config, byte[] configDocument, Descriptor manifest, byte[] document) throws IOException;
}
