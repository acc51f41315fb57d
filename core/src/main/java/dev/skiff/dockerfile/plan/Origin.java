package dev.skiff.dockerfile.plan;

/** Where files come from: what a FROM, a {@code COPY --from} or a mount's {@code from} means. */
public sealed interface Origin {
    /** A stage of the same file. */
    record OfStage(int index) implements Origin {}

    /** An image, by a reference not yet looked at. */
    record OfImage(String reference) implements Origin {}

    /** A named context that the build was given. */
    record OfContext(String name) implements Origin {}

    /** Nothing: {@code FROM scratch}. */
    record Scratch() implements Origin {}
}
