/**
 * Programs of system calls: what Skiff does to the kernel, as a value that can be printed, tested and sent.
 *
 * <p>A {@link dev.skiff.linux.program.Program} is a list of lines, each a system call with arguments (numbers, addresses in
 * the program's own data, or results of earlier lines) or one of a few words of control. The launcher maps it at
 * one fixed address, the same in every process, so addresses are plain numbers and nothing has to be relocated. We gave
 * up address space randomisation of that one mapping for it; the launcher reads no input but ours.
 */
@NullMarked
package dev.skiff.linux.program;

import org.jspecify.annotations.NullMarked;
