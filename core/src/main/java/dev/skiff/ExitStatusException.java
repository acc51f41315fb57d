package dev.skiff;

/** A process that was to succeed did not: thrown by the {@code orThrow()} of results, never without being asked for. */
public final class ExitStatusException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    /**
     * @param who what ended, as a person would name it: {@code container web (7f3a)}
     * @param status how it ended
     */
    public ExitStatusException(String who, ExitStatus status) {
        this(who, status, "");
    }

    ExitStatusException(String who, ExitStatus status, String output) {
        super(who + " " + status.inWords() + output);
        this.status = status;
    }

    /** How it ended. */
    public ExitStatus status() {
        return status;
    }
}
