package dev.skiff.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A parsed Dockerfile.
 *
 * @param source the file it came from
 * @param directives the parser directives; {@code escape} has had its effect, the others are for whoever wants them
 * @param globalArgs the ARGs before the first FROM, visible in FROM lines alone
 * @param stages at least one
 * @param emptyContinuations the blank lines inside continued instructions: they are passed over, but look like an end
 */
public record Dockerfile(
        Source source,
        List<Directive> directives,
        List<Instruction.Arg> globalArgs,
        List<Stage> stages,
        List<Position> emptyContinuations) {
    public static final char DEFAULT_ESCAPE = '\\';

    public Dockerfile {
        directives = List.copyOf(directives);
        globalArgs = List.copyOf(globalArgs);
        stages = List.copyOf(stages);
        emptyContinuations = List.copyOf(emptyContinuations);
    }

    /** The character that escapes and continues lines: a backslash, or a backtick if the file says so. */
    public char escape() {
        return directive("escape").map(escape -> escape.value().charAt(0)).orElse(DEFAULT_ESCAPE);
    }

    /** The value of a parser directive, if it is given: {@code syntax}, {@code escape} or {@code check}. */
    public Optional<Directive> directive(String name) {
        return directives.stream()
                .filter(directive -> directive.name().equals(name))
                .findFirst();
    }

    /** Every instruction in the order of the file, global ARGs and FROMs among them. */
    public List<Instruction> instructions() {
        List<Instruction> all = new ArrayList<>(globalArgs);
        for (Stage stage : stages) {
            all.add(stage.from());
            all.addAll(stage.instructions());
        }
        return List.copyOf(all);
    }

    /**
     * The file again, byte for byte: the lines of the instructions in the tree, and between them what the file has
     * there. So it holds only if the places in the tree are right: none overlaps another, none is out of order.
     */
    public byte[] print() {
        StringBuilder printed = new StringBuilder(source.text().length());
        int nextLine = 1;
        for (Instruction instruction : instructions()) {
            Span span = instruction.span();
            if (span.startLine() < nextLine) {
                throw new AssertionError("line " + span.startLine() + " of " + source + " is in two instructions");
            }
            printed.append(source.rawLines(nextLine, span.startLine() - 1));
            printed.append(source.rawLines(span.startLine(), span.endLine()));
            nextLine = span.endLine() + 1;
        }
        return ByteText.encode(
                printed.append(source.rawLines(nextLine, source.lines())).toString());
    }
}
