/**
 * The kernel's vocabulary: the names and numbers of errors, signals, capabilities, architectures and system calls.
 *
 * <p>Numbers are those of {@code asm-generic}, which x86_64 and aarch64 share; system calls differ by architecture and
 * have a table. Nothing here calls the kernel.
 */
@NullMarked
package dev.skiff.linux.abi;

import org.jspecify.annotations.NullMarked;
