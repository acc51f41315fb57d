package dev.skiff.build;

import dev.skiff.build.context.ContextSource;
import dev.skiff.oci.Platform;
import dev.skiff.store.StoredImage;

/** What a build was given under a name, for FROM, {@code COPY --from} and {@code RUN --mount=from=} to take from. */
public sealed interface NamedContext {
    /** Files, with a {@code .dockerignore} of their own if there is one. */
    record OfFiles(ContextSource source) implements NamedContext {}

    /** An image of the store or a registry, as if FROM had named it. */
    record OfReference(String reference) implements NamedContext {}

    /** An image, which is looked for when a stage that is built asks for it. */
    record OfImage(Lookup lookup) implements NamedContext {}

    /** Comes by the image, in the store by the time this returns. */
    @FunctionalInterface
    interface Lookup {
        StoredImage find(Platform platform);
    }
}
