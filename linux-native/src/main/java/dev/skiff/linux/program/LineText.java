package dev.skiff.linux.program;

/**
 * What a failure of a line is told with: see {@link dev.skiff.linux.SyscallException}.
 *
 * @param call its name
 * @param arguments as a person would write them
 */
public record LineText(String call, String arguments, String purpose, String remedy) {}
