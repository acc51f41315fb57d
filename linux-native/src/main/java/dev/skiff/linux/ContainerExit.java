package dev.skiff.linux;

/**
 * How a container's first process ended: waitid(2).
 *
 * @param signaled whether a signal ended it
 * @param value the signal's number then, else the exit status
 */
public record ContainerExit(boolean signaled, int value) {
    static final int CLD_EXITED = 1;
    private static final int SIGKILL = 9;

    static ContainerExit of(int siCode, int siStatus) {
        return new ContainerExit(siCode != CLD_EXITED, siStatus);
    }

    static ContainerExit killed() {
        return new ContainerExit(true, SIGKILL);
    }
}
