/**
 * Build contexts: what COPY, ADD and bind mounts take from that is neither a stage nor an image. A
 * {@link dev.skiff.build.context.ContextSource} says where one comes from, a {@link dev.skiff.build.context.RawContext} is one
 * that is open, and {@link dev.skiff.build.context.ContextTree} is what a build sees of it once {@code .dockerignore} has had its
 * say. Nothing here needs the kernel: where a directory of a Linux host can be looked at by its own calls, that is only cheaper than
 * {@code java.nio.file}, and {@link dev.skiff.build.context.FileAccess} tells of the same files either way.
 *
 * <p>A context is whatever a caller hands over, and may be a stranger's: no name and no link leads out of one, and what its files
 * hold when they are copied is what their digest, and so the key of the step, was made of, or else the build fails.
 */
@NullMarked
package dev.skiff.build.context;

import org.jspecify.annotations.NullMarked;
