package dev.skiff;

import dev.skiff.build.cache.CachePlace;
import dev.skiff.image.LayoutCache;
import dev.skiff.oci.Reference;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A place outside of the store that builds leave the results of their steps in, and look for them: how a build on one machine saves
 * another one the work. See {@link ImageBuild#cacheFrom} and {@link ImageBuild#cacheTo}.
 *
 * <pre>{@code
 * BuildCache cache = BuildCache.registry("registry.example.com/team/app:cache");
 * Images.build(Path.of("service")).cacheFrom(cache).cacheTo(cache).await();
 * }</pre>
 *
 * <p>What is read is verified against its digests, and whatever is wrong with a cache is a warning and no more. But that a layer is
 * what its step makes can only be known by running it: <b>whoever may write to a cache decides what is in the images of those who
 * read it</b>.
 *
 * <p>A cache is an OCI artifact: a manifest with a config of type {@code application/vnd.skiff.buildcache.v1+json}, and layers as those
 * of images. It can be copied, listed and removed with the tools for these.
 */
public final class BuildCache {
    private final Place place;
    private final String name;

    private BuildCache(Place place, String name) {
        this.place = place;
        this.name = name;
    }

    private interface Place {
        CachePlace at(Engine engine);
    }

    /**
     * A name in a registry, towards which we are who the {@link Skiff.Builder#credentials Skiff} says.
     *
     * @param reference one of its own, not that of the image: a cache is no image
     * @throws InvalidReferenceException if that is no name
     */
    public static BuildCache registry(String reference) {
        Reference parsed = References.parse(reference);
        return new BuildCache(engine -> engine.registryCache(parsed, engine.credentials()), parsed.familiar());
    }

    /**
     * A name in a registry.
     *
     * @param reference one of its own, not that of the image: a cache is no image
     * @param credentials who to be towards the registry
     * @throws InvalidReferenceException if that is no name
     */
    public static BuildCache registry(String reference, Credentials credentials) {
        Reference parsed = References.parse(reference);
        Objects.requireNonNull(credentials, "credentials");
        return new BuildCache(engine -> engine.registryCache(parsed, credentials), parsed.familiar());
    }

    /**
     * A directory, which is made, or is empty, or an OCI image layout. Layers that a later cache does not need stay in it; remove it to
     * begin anew.
     */
    public static BuildCache directory(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        return new BuildCache(engine -> new LayoutCache(absolute), absolute.toString());
    }

    CachePlace at(Engine engine) {
        return place.at(engine);
    }

    /** The name, or the directory. */
    @Override
    public String toString() {
        return name;
    }
}
