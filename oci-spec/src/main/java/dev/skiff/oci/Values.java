package dev.skiff.oci;

/** Placeholder. */
public final class Values {
    private Values() {}
}
