package dev.skiff.registry;

import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import java.util.List;

/**
 * What a name stands for at its registry, at one moment and for one platform. Everything in it has been checked; the config
 * and the layers that the manifest names are still at the registry.
 *
 * @param documents the way from the name to the manifest: indexes, if there are any, and the manifest as the last
 */
public record ResolvedImage(Reference reference, List<RawDocument> documents, Manifest manifest) {
    public ResolvedImage {
        documents = List.copyOf(documents);
        if (documents.isEmpty()) {
            throw new IllegalArgumentException("documents must hold at least the manifest");
        }
    }

    /** What the name itself stands for: the index for all platforms, or the manifest if there is none. */
    public RawDocument root() {
        return documents.get(0);
    }

    /** The manifest as it was served. */
    public RawDocument manifestDocument() {
        return documents.get(documents.size() - 1);
    }

    /** The descriptor of the manifest. */
    public Descriptor descriptor() {
        return manifestDocument().descriptor();
    }
}
