/**
 * What steps of builds came to, kept outside of the store: written by one machine, found by others.
 *
 * <p>A cache is an artifact as registries keep them: a manifest whose config is of type
 * {@code application/vnd.skiff.buildcache.v1+json} and says which step, by its key, made which of the manifest's layers; the
 * layers are those of images, gzip and all, so a registry has them once if an image has them, too. Any place that holds blobs by digest
 * will do: {@link dev.skiff.build.cache.CachePlace}.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A cache holds the steps of one build, all stages, and replaces what was there. What we gave up: caches that grow.
 *   <li>Its records are read when the first step misses the store, a layer when its step does. So a cache costs nothing to a build that
 *       does not need it.
 *   <li>Whatever is wrong with a cache is a warning and a miss. What comes out of it is verified as a pulled layer is, and must be
 *       what Skiff itself would pack of it; then it is as good as one that was built here.
 *   <li>That a layer is what its step would make, nobody can verify but by running it: who may write to a cache decides what is in
 *       the images of those who read it. This is said where users name one.
 * </ul>
 */
@NullMarked
package dev.skiff.build.cache;

import org.jspecify.annotations.NullMarked;
