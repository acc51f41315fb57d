package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Position;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.Span;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through a file line by line: directives first, then instructions, each with the heredoc bodies it asks for. */
final class LineReader {
    private static final char COMMENT = '#';

    private final Source source;
    private final char escape;
    private final List<Position> emptyContinuations = new ArrayList<>();
    private int next = 1;

    LineReader(Source source, char escape) {
        this.source = source;
        this.escape = escape;
    }

    /** The next instruction; comments and blank lines before it are passed over. */
    Optional<LogicalLine> nextInstruction() {
        while (next <= source.lines()) {
            String line = source.line(next);
            int start = Blanks.skipSpaces(line, 0);
            if (start < line.length() && line.charAt(start) != COMMENT) {
                return Optional.of(readInstruction(line, start));
            }
            next++;
        }
        return Optional.empty();
    }

    /** The blank lines that were passed over inside instructions. */
    List<Position> emptyContinuations() {
        return emptyContinuations;
    }

    private LogicalLine readInstruction(String firstLine, int start) {
        LogicalLine logical = new LogicalLine(source, next);
        boolean goesOn = append(logical, firstLine, start);
        while (goesOn && next <= source.lines()) {
            String line = source.line(next);
            int text = Blanks.skipSpaces(line, 0);
            if (text == line.length()) {
                emptyContinuations.add(new Span(source, next, next, 1).start());
                next++;
            } else if (line.charAt(text) == COMMENT) {
                next++;
            } else {
                goesOn = append(logical, line, 0);
            }
        }
        logical.endAt(next - 1);
        return logical;
    }

    private boolean append(LogicalLine logical, String line, int start) {
        int continuation = continuation(line, start);
        logical.append(line.substring(start, continuation < 0 ? line.length() : continuation), next, start + 1);
        next++;
        return continuation >= 0;
    }

    // The index of the escape that continues a line: the last thing on it but blanks, and not itself escaped.
    private int continuation(String line, int start) {
        int last = line.length() - 1;
        while (last >= start && (line.charAt(last) == ' ' || line.charAt(last) == '\t')) {
            last--;
        }
        boolean continues =
                last >= start && line.charAt(last) == escape && (last == start || line.charAt(last - 1) != escape);
        return continues ? last : -1;
    }

    /** The bodies that a line's heredocs have, one after the other: lines up to a delimiter, none of them looked at. */
    List<Heredoc> readBodies(LogicalLine logical, List<HeredocStart> starts) {
        List<Body> bodies = new ArrayList<>();
        for (HeredocStart start : starts) {
            int first = next;
            skipBody(logical, start);
            bodies.add(new Body(start, first, next - 2));
        }
        logical.endAt(next - 1);
        return bodies.stream().map(body -> body.in(logical)).toList();
    }

    private record Body(HeredocStart start, int firstLine, int lastLine) {
        Heredoc in(LogicalLine logical) {
            String text = logical.source().rawLines(firstLine, lastLine);
            Word word = new Word(text, new Position(logical.span(), firstLine, 1));
            return new Heredoc(start.name(), word, start.expand(), start.chomp());
        }
    }

    private void skipBody(LogicalLine logical, HeredocStart start) {
        while (next <= source.lines()) {
            String line = source.line(next++);
            String delimiter = start.chomp() ? line.substring(leadingTabs(line)) : line;
            if (delimiter.equals(start.name())) {
                return;
            }
        }
        throw logical.error(0, "unterminated heredoc: no line is exactly \"" + start.name() + "\"");
    }

    private static int leadingTabs(String line) {
        int tabs = 0;
        while (tabs < line.length() && line.charAt(tabs) == '\t') {
            tabs++;
        }
        return tabs;
    }
}
