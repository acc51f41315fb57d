/**
 * Patterns over paths: {@link dev.skiff.dockerfile.ignore.IgnoreRules} for {@code .dockerignore} and {@code --exclude},
 * {@link dev.skiff.dockerfile.ignore.SourceGlob} for the sources of COPY and ADD.
 *
 * <p>Paths are {@code /}-separated, relative, without {@code .} and {@code ..}; names that are not UTF-8 as
 * {@link dev.skiff.dockerfile.ByteText} has them. {@link java.nio.file.PathMatcher} would not do: its {@code **}, its
 * classes and its escapes are not Go's, and Go's are what people's files rely on.
 */
@NullMarked
package dev.skiff.dockerfile.ignore;

import org.jspecify.annotations.NullMarked;
