package dev.skiff;

import dev.skiff.oci.Digest;
import java.util.Objects;

/**
 * How a layer gets on, on its way to a registry.
 *
 * @param digest of the layer, as the image's manifest names it here
 * @param done how many of its bytes have been read to be sent; fewer than before when an upload that broke off goes on
 * @param total how many it has, before they are compressed
 */
public record TransferProgress(Digest digest, long done, long total) {
    public TransferProgress {
        Objects.requireNonNull(digest, "digest");
    }
}
