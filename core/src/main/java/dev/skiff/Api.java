package dev.skiff;

/** Placeholder. */
public final class Api {
    private Api() {}
}
