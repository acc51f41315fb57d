package dev.skiff.linux;

/** Placeholder. */
public final class Kernel {
    private Kernel() {}
}
