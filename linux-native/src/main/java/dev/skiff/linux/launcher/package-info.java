/**
 * The launcher's processes as Java sees them.
 *
 * <p>One launcher is spawned for each {@link dev.skiff.linux.LinuxHost}: the <em>root agent</em>, with all the rights that the
 * host gives (root's own, or those of the root of a user namespace). Everything else, agents and the supervisors of containers,
 * is forked off it: it is small, has one thread and a few pages, so that costs a tenth of spawning out of the JVM, and
 * the hand-shake for a user namespace is done once and not for each container. When the JVM dies, the sockets of all of
 * them close, and each goes in its own way.
 *
 * <p>As root, the root agent holds one network namespace that is nobody's yet ({@link dev.skiff.linux.network.NetworkAhead}), from the
 * first container on. What we gave up: some hundred kilobytes of the kernel's memory while no container runs.
 */
@NullMarked
package dev.skiff.linux.launcher;

import org.jspecify.annotations.NullMarked;
