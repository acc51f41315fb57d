package dev.skiff.build;

import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.store.StoredImage;

/** Where a build gets the images that FROM and {@code COPY --from} name: the store, else a registry. */
@FunctionalInterface
public interface BaseImages {
    /**
     * The image, in the store by the time this returns.
     *
     * @param pull whether the registry is asked what the name stands for now, even if there is one in the store
     * @throws dev.skiff.ImageNotFoundException if it is nowhere
     */
    Found resolve(Reference reference, Platform platform, boolean pull);

    /**
     * An image that was found.
     *
     * @param fetched whether it had to come from elsewhere, rather than being in the store already
     */
    record Found(StoredImage image, boolean fetched) {}
}
