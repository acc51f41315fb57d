package dev.skiff.dockerfile.parser;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Span;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.Locale;

/**
 * An instruction's line taken apart as every instruction's is: its name, its flags, and the rest, which each reads in
 * its own way.
 */
final class InstructionLine {
    private final LogicalLine line;
    private final char escape;
    private final String name;
    private final int nameStart;
    private final List<Word> flags;
    private final int restStart;
    private final String rest;

    private InstructionLine(
            LogicalLine line, char escape, int nameStart, String name, List<Word> flags, int restStart, String rest) {
        this.line = line;
        this.escape = escape;
        this.nameStart = nameStart;
        this.name = name;
        this.flags = flags;
        this.restStart = restStart;
        this.rest = rest;
    }

    /** The instruction in a line, or in what follows an ONBUILD. */
    static InstructionLine of(LogicalLine line, int from, char escape) {
        String text = line.text();
        int nameStart = Blanks.skipSpaces(text, from);
        int end = Math.max(nameStart, Blanks.endOfText(text));
        int nameEnd = nameStart;
        while (nameEnd < end && !Blanks.isBlank(text.charAt(nameEnd))) {
            nameEnd++;
        }
        FlagSplitter flags = new FlagSplitter(line, nameEnd, end);
        flags.split();
        int restStart = Math.min(Blanks.skipSpaces(text, flags.end()), end);
        return new InstructionLine(
                line,
                escape,
                nameStart,
                text.substring(nameStart, nameEnd),
                flags.words(),
                restStart,
                text.substring(restStart, end));
    }

    /** The name in upper case. */
    String keyword() {
        return name.toUpperCase(Locale.ROOT);
    }

    /** The name as written. */
    String name() {
        return name;
    }

    List<Word> flags() {
        return flags;
    }

    /** What follows the flags, trimmed. */
    String rest() {
        return rest;
    }

    LogicalLine line() {
        return line;
    }

    char escape() {
        return escape;
    }

    Span span() {
        return line.span();
    }

    /** The text from the name on, as it is after joining lines. */
    String text() {
        return Blanks.trim(line.text().substring(nameStart));
    }

    int restStart() {
        return restStart;
    }

    /** All of the rest, as one word. */
    Word restWord() {
        return word(rest, 0);
    }

    /** A word at an index of the rest. */
    Word word(String raw, int index) {
        return line.word(raw, restStart + index);
    }

    /** An error at the name. */
    DockerfileException error(String problem) {
        return line.error(nameStart, problem);
    }

    /** An error at an index of the rest. */
    DockerfileException errorAt(int index, String problem) {
        return line.error(restStart + index, problem);
    }
}
