package dev.skiff.samples.hellonode;

/** Placeholder. */
public final class Sample {
    private Sample() {}
}
