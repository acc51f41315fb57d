/**
 * Containers by their runtime specification, and directory trees of strangers, on the Linux kernel. {@link dev.skiff.linux.LinuxHost}
 * is the way in for containers that end with this JVM, {@link dev.skiff.linux.OciRuntime} for such as outlive it.
 *
 * <p>What the kernel refuses is a {@link dev.skiff.linux.SyscallException}, which says what was tried and, where that is known, what
 * helps.
 */
@NullMarked
package dev.skiff.linux;

import org.jspecify.annotations.NullMarked;
