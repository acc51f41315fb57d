package dev.skiff.dockerfile.parser;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Position;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.Span;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * One instruction's text with its continuations joined and its comments gone, and for each character the place in the
 * file it came from.
 */
final class LogicalLine {
    private final Source source;
    private final StringBuilder joined = new StringBuilder();
    private final List<Piece> pieces = new ArrayList<>();
    private final int startLine;
    private int endLine;

    /** A part of one line of the file: where it begins in the joined text, and where in the file. */
    private record Piece(int offset, int line, int column) {}

    LogicalLine(Source source, int startLine) {
        this.source = source;
        this.startLine = startLine;
        this.endLine = startLine;
    }

    void append(String text, int line, int column) {
        pieces.add(new Piece(joined.length(), line, column));
        joined.append(text);
    }

    void endAt(int line) {
        endLine = line;
    }

    String text() {
        return joined.toString();
    }

    Source source() {
        return source;
    }

    int endLine() {
        return endLine;
    }

    /** Everything, from the first character of the instruction. */
    Span span() {
        return new Span(
                source, startLine, endLine, pieces.isEmpty() ? 1 : pieces.get(0).column());
    }

    /** The place of a character of the joined text, or the end of it. */
    Position position(int offset) {
        int low = 0;
        int high = pieces.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (pieces.get(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Piece piece = pieces.get(low);
        return new Position(span(), piece.line(), piece.column() + Math.max(0, offset - piece.offset()));
    }

    Word word(String raw, int offset) {
        return new Word(raw, position(offset));
    }

    /** What a word has from an index on, with the place of that. */
    Word tail(Word word, int from) {
        return word(word.raw().substring(from), offset(word.position()) + from);
    }

    private int offset(Position position) {
        return pieces.stream()
                .filter(piece -> piece.line() == position.line())
                .mapToInt(piece -> piece.offset() + position.column() - piece.column())
                .findFirst()
                .orElseThrow();
    }

    DockerfileException error(int offset, String problem) {
        return position(offset).error(problem);
    }
}
