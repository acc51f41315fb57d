package dev.skiff.linux;

/**
 * How a container's first process ended: waitid(2).
 *
 * @param signaled whether a signal ended it
 * @param value the signal's number then, else the exit status
 * @param outOfMemory whether the kernel has killed the process or any other in the container for want of memory; known where it has
 *     a memory control group
 */
public record ContainerExit(boolean signaled, int value, boolean outOfMemory) {
    static final int CLD_EXITED = 1;
    private static final int SIGKILL = 9;

    /** An end that has nothing to do with memory. */
    public ContainerExit(boolean signaled, int value) {
        this(signaled, value, false);
    }

    /** @param value si_status, and above it whether memory was short */
    static ContainerExit of(int siCode, long value) {
        return new ContainerExit(siCode != CLD_EXITED, (int) value, value >>> Integer.SIZE != 0);
    }

    static ContainerExit killed() {
        return new ContainerExit(true, SIGKILL);
    }
}
