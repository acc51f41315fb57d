/**
 * The image specification 1.1 as records, and Docker's schema 2, which has the same shape under other media types: a
 * {@link dev.skiff.oci.image.Descriptor} names content, a {@link dev.skiff.oci.image.Manifest} an image, an {@link
 * dev.skiff.oci.image.Index} several, an {@link dev.skiff.oci.image.ImageConfig} says what to run.
 *
 * <p>A manifest is what its bytes are: its digest is of those, so whoever forwards one forwards the bytes it came as, and
 * writes one of these records only after changing it.
 */
@NullMarked
package dev.skiff.oci.image;

import org.jspecify.annotations.NullMarked;
