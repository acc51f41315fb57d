package dev.skiff;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The door to images: those of the {@linkplain Skiff#shared() shared Skiff}. */
public final class Images {
    private Images() {}

    /**
     * An image to be built.
     *
     * @param dockerfileOrContext a file is the Dockerfile and its directory the context; a directory is the context, with its
     *     {@code Dockerfile}
     */
    public static ImageBuild build(Path dockerfileOrContext) {
        return Skiff.shared().images().build(dockerfileOrContext);
    }

    /** An image to be built of the {@code Dockerfile} at the root of a context: an archive, say, or files in memory. */
    public static ImageBuild build(BuildContext context) {
        return Skiff.shared().images().build(context);
    }

    /**
     * An image to be had from its registry.
     *
     * @param reference such as {@code node:18-alpine} or {@code registry.example.com/team/app@sha256:...}
     * @throws InvalidReferenceException if that is no name
     */
    public static ImagePull pull(String reference) {
        return Skiff.shared().images().pull(reference);
    }

    /**
     * An image to be made of programs of this host, and what they need: for machines that reach no registry.
     *
     * @param programs names to be looked up on {@code PATH}, or absolute paths
     */
    public static ImageFromHost fromHost(String... programs) {
        return Skiff.shared().images().fromHost(programs);
    }

    /**
     * Images to be taken from what another tool has written.
     *
     * @param archive an OCI image layout, as a directory or a tar, or a file of {@code docker save}
     */
    public static ImageLoad load(Path archive) {
        return Skiff.shared().images().load(archive);
    }

    /**
     * The image of this name in the store, if there is one. Asks no registry, and needs no rights.
     *
     * @throws InvalidReferenceException if that is no name
     */
    public static Optional<Image> find(String reference) {
        return Skiff.shared().images().find(reference);
    }

    /** The caches that {@code RUN --mount=type=cache} has made. Each is looked through for its size, which may take a while. */
    public static List<RunCache> runCaches() {
        return Skiff.shared().images().runCaches();
    }

    /**
     * Removes the caches of RUN that nobody uses at this moment.
     *
     * @return how many bytes their files had
     */
    @CanIgnoreReturnValue
    public static long pruneRunCaches() {
        return Skiff.shared().images().pruneRunCaches();
    }
}
