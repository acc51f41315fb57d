package dev.skiff;

/**
 * What is wrong with a Dockerfile (or a {@code .dockerignore}), and where: the file, line and column, the instruction,
 * and in the message the line itself with a mark below the place. Nothing has been built when this is thrown for a
 * syntax error; a semantic error (an unknown stage, a bad flag value that came out of a variable) may come later.
 */
public final class DockerfileException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST_PROBLEM = 1_000;
    private static final int SHOWN_BEFORE = 60;
    private static final int SHOWN_AFTER = 60;

    private final String file;
    private final int line;
    private final int column;
    private final String instruction;
    private final String problem;

    /**
     * An error at one place of a file.
     *
     * @param file name of the file, as messages show it
     * @param line counted from 1
     * @param column counted from 1, in characters
     * @param instruction text of the instruction the place is in, empty when it is in none
     * @param sourceLine the line as it stands in the file; a long one is shown in part
     * @param problem what is wrong and what was expected, in one sentence
     */
    public DockerfileException(
            String file, int line, int column, String instruction, String sourceLine, String problem) {
        super(file + ":" + line + ":" + column + ": " + cut(problem) + excerpt(line, column, sourceLine));
        this.file = file;
        this.line = line;
        this.column = column;
        this.instruction = instruction;
        this.problem = cut(problem);
    }

    /** Name of the file, as the build was given it. */
    public String file() {
        return file;
    }

    /** Line of the error, counted from 1. */
    public int line() {
        return line;
    }

    /** Column of the error in its line, counted from 1 in characters. */
    public int column() {
        return column;
    }

    /** The instruction as written, or empty when the error is in none. */
    public String instruction() {
        return instruction;
    }

    /** What is wrong, without place and excerpt: for a program that shows those in its own way. */
    public String problem() {
        return problem;
    }

    // It may quote the file, and there is no end to what one can put in a file.
    private static String cut(String problem) {
        String shown = problem.length() <= LONGEST_PROBLEM ? problem : problem.substring(0, LONGEST_PROBLEM) + "...";
        return printable(shown);
    }

    private static String excerpt(int line, int column, String sourceLine) {
        if (sourceLine.isBlank()) {
            return "";
        }
        int at = Math.min(Math.max(column - 1, 0), sourceLine.length());
        int from = Math.max(0, at - SHOWN_BEFORE);
        int to = Math.min(sourceLine.length(), at + SHOWN_AFTER);
        String number = Integer.toString(line);
        String lead = from > 0 ? "..." : "";
        String shown = lead + printable(sourceLine.substring(from, to)) + (to < sourceLine.length() ? "..." : "");
        String margin = " ".repeat(number.length());
        return "\n  " + number + " | " + shown + "\n  " + margin + " | " + " ".repeat(lead.length() + at - from) + "^";
    }

    // One character each, so that the mark below stays in place, and nothing that a terminal would obey.
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                shown.append(' ');
            } else if (Character.isISOControl(c) || isLoneSurrogate(text, i)) {
                shown.append('\uFFFD');
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
