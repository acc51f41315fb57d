package dev.skiff.image;

import dev.skiff.oci.Digest;

/**
 * What came of a push.
 *
 * @param digest of the manifest, as the registry has it
 * @param layers of the image, each counted once
 * @param reused of these, how many the registry had
 */
public record PushedImage(Digest digest, int layers, int reused) {}
