package dev.skiff;

import java.time.Instant;

/**
 * A directory that RUNs of Dockerfiles keep things in from build to build: {@code RUN --mount=type=cache}. It is in no image, and
 * may be removed whenever nobody uses it: the next build that wants it begins with an empty one.
 *
 * @param id as the Dockerfile has it: of caches with one id there is one for each mode, owner and seed that they are asked for
 *     with, and more where they are private
 * @param bytes of all files in it
 * @param lastUsed when a RUN last began to use it
 * @param inUse whether one is using it now, in whatever JVM
 */
public record RunCache(String id, long bytes, Instant lastUsed, boolean inUse) {}
