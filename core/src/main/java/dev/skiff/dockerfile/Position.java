package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;

/**
 * One character's place, inside an instruction (or whatever the span is of).
 *
 * @param within what it is a part of
 * @param line counted from 1
 * @param column counted from 1, in characters of the line as it stands in the file
 */
public record Position(Span within, int line, int column) {
    /** An error at this place. */
    public DockerfileException error(String problem) {
        Source source = within.source();
        String shown = line <= source.lines() ? source.line(line) : "";
        return new DockerfileException(source.name(), line, column, within.textForErrors(), shown, problem);
    }

    @Override
    public String toString() {
        return within.source().name() + ":" + line + ":" + column;
    }
}
