/**
 * Work on directories that hold what strangers made: {@link dev.skiff.linux.FileTree} by an agent.
 *
 * <p>The agent has the directory as its root directory (chroot(2), made on a pinned descriptor), so the kernel resolves every
 * path inside: absolute links and {@code ..} end there, a race has nowhere to lead, and there is no second
 * resolution of paths in Java that could see things differently. It has no code but the launcher's: nothing in the
 * tree is ever executed or loaded. On top of that no call follows a link in the last component of a path.
 *
 * <p>Changes are written as lines into memory that the agent shares, a few hundred files at a time: while it runs one batch,
 * the next is filled ({@link dev.skiff.linux.tree.Pipeline}). The lines are those for the usual case. When one fails, the agent
 * stops there and says so; what is in the way (a missing parent, a file of that name) is dealt with, and the agent goes
 * on where it was ({@link dev.skiff.linux.tree.Rescuer}). We gave up knowing at once whether a call worked: that would
 * cost a switch between processes for each.
 */
@NullMarked
package dev.skiff.linux.tree;

import org.jspecify.annotations.NullMarked;
