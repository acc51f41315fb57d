package dev.skiff;

import java.util.List;

/**
 * A {@code RUN} of a Dockerfile did not succeed. What it wrote last is in {@link #outputTail()}; the image was not made, the
 * steps before it stay cached.
 */
public final class BuildStepException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final int step;
    private final String instruction;
    private final ExitStatus status;
    private final String[] outputTail;

    /**
     * @param step its number, as in {@link BuildEvent.OfStep#step()}
     * @param position where it is, such as {@code Dockerfile:4}
     * @param instruction as it is in the Dockerfile
     * @param outputTail the last lines that it wrote, to either stream
     */
    public BuildStepException(
            int step, String position, String instruction, ExitStatus status, List<String> outputTail) {
        super(position + ": " + instruction + ": " + status.inWords() + OutputTail.inWords(outputTail));
        this.step = step;
        this.instruction = instruction;
        this.status = status;
        this.outputTail = outputTail.toArray(new String[0]);
    }

    /** The number of the step, as in {@link BuildEvent.OfStep#step()}. */
    public int step() {
        return step;
    }

    /** The instruction as it is in the Dockerfile. */
    public String instruction() {
        return instruction;
    }

    /** How its process ended. */
    public ExitStatus status() {
        return status;
    }

    /** The last lines that it wrote, to either stream, at most 50. */
    public String outputTail() {
        return String.join("\n", outputTail);
    }
}
