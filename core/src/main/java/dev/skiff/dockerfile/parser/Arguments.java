package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Command;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.Optional;

/** What several instructions do alike with their arguments. */
final class Arguments {
    private Arguments() {}

    /** All of the rest as one argument, which must be there. */
    static Word exactlyOne(InstructionLine line) {
        if (line.rest().isEmpty()) {
            throw line.error(line.keyword() + " requires exactly one argument");
        }
        return line.restWord();
    }

    /** The arguments, of which there must be one. */
    static <T> List<T> atLeastOne(InstructionLine line, List<T> arguments) {
        if (arguments.isEmpty()) {
            throw line.error(line.keyword() + " requires at least one argument");
        }
        return arguments;
    }

    /** The elements if the rest is a JSON array, else its words. */
    static List<Word> jsonOrWords(InstructionLine line) {
        return json(line)
                .map(array -> array.elements().stream()
                        .map(element -> line.word(element.value(), element.index()))
                        .toList())
                .orElseGet(() -> Words.atBlanks(line));
    }

    /** Exec form if the rest is a JSON array, else shell form. */
    static Command command(InstructionLine line) {
        return json(line)
                .<Command>map(array -> new Command.Exec(array.strings()))
                .orElseGet(() -> new Command.Shell(line.rest()));
    }

    /** The array that the rest is, if it is one; of strings alone. */
    static Optional<JsonArray> json(InstructionLine line) {
        return json(line, 0);
    }

    /** The array that the rest from an index on is, if it is one; of strings alone. */
    static Optional<JsonArray> json(InstructionLine line, int index) {
        Optional<JsonArray> array = JsonArray.read(line.rest().substring(index));
        if (array.isPresent() && !array.get().onlyStrings()) {
            throw line.errorAt(index, "when using JSON array syntax, arrays must be comprised of strings only");
        }
        return array;
    }
}
