package dev.skiff;

/** The thread that waited was interrupted: the work has been stopped, and the thread's interrupt flag is set. */
public final class InterruptedOperationException extends SkiffException {
    private static final long serialVersionUID = 1L;

    /**
     * Restores the interrupt flag of the current thread, which throwing {@link InterruptedException} has cleared.
     *
     * @param work what was being done, such as {@code pull docker.io/library/node:18}
     */
    public InterruptedOperationException(String work, InterruptedException cause) {
        super(work + ": interrupted", cause);
        Thread.currentThread().interrupt();
    }
}
