package dev.skiff.image;

import dev.skiff.oci.image.Descriptor;

/** Hears how a push gets on, from several threads. */
@FunctionalInterface
public interface PushListener {
    /**
     * More of a blob has been read.
     *
     * @param blob as the image's manifest names it here
     * @param done how many of its bytes
     */
    void progress(Descriptor blob, long done);
}
