package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;

/**
 * Where something stands: whole lines of a file, heredoc bodies included, and the column at which it begins.
 *
 * @param source the file
 * @param startLine first line, counted from 1
 * @param endLine last line
 * @param column of the first character in the first line, counted from 1
 */
public record Span(Source source, int startLine, int endLine, int column) {
    private static final int LONGEST_IN_AN_ERROR = 1_000;

    public Span {
        if (startLine < 1 || endLine < startLine || column < 1) {
            throw new IllegalArgumentException("no such place: " + startLine + "-" + endLine + ":" + column);
        }
    }

    /** The text as it stands in the file, from the column to the end of the last line, without the line end there. */
    public String text() {
        String lines = source.rawLines(startLine, endLine);
        String line = source.line(startLine);
        int skipped = lines.startsWith("\uFEFF") && !line.startsWith("\uFEFF") ? 1 : 0;
        int end = lines.length();
        while (end > 0 && (lines.charAt(end - 1) == '\n' || lines.charAt(end - 1) == '\r')) {
            end--;
        }
        int start = skipped + column - 1;
        return start >= end ? "" : lines.substring(start, end);
    }

    /** The place where it begins. */
    public Position start() {
        return new Position(this, startLine, column);
    }

    /** An error about all of it, shown at its beginning. */
    public DockerfileException error(String problem) {
        return start().error(problem);
    }

    String textForErrors() {
        String text = text();
        return text.length() <= LONGEST_IN_AN_ERROR ? text : text.substring(0, LONGEST_IN_AN_ERROR) + "...";
    }

    @Override
    public String toString() {
        return source.name() + ":" + startLine + (endLine > startLine ? "-" + endLine : "");
    }
}
