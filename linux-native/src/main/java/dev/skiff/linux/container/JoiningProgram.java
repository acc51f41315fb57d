package dev.skiff.linux.container;

import dev.skiff.linux.program.Program;

/**
 * The program of a process that is supervised, and whose streams come along: in the registers from
 * {@link #FIRST_DESCRIPTOR} on standard input, output, error, and one that is held open to the end.
 */
public interface JoiningProgram {
    /** The register of a container's pidfd. */
    int PIDFD = 0;

    /** The register of the first descriptor that goes with the program. */
    int FIRST_DESCRIPTOR = 1;

    Program program();

    /** Whether a failure of that line is one of the command itself: not found, say, or not executable. */
    boolean isCommand(int line);

    /** The first word of the command. */
    String command();

    /** Where the command is looked for. */
    String searchPath();
}
