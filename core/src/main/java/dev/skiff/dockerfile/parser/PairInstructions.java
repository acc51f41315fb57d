package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.ArgDeclaration;
import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.GoText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.KeyValue;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ENV, LABEL and ARG: names and values. */
final class PairInstructions {
    private PairInstructions() {}

    static Instruction.Env env(InstructionLine line) {
        Flags.none(line);
        List<Word> words = Arguments.atLeastOne(line, Words.outsideQuotes(line));
        return new Instruction.Env(line.span(), pairs(line, words), isLegacy(words));
    }

    static Instruction.Label label(InstructionLine line) {
        Flags.none(line);
        List<Word> words = Arguments.atLeastOne(line, Words.outsideQuotes(line));
        return new Instruction.Label(line.span(), pairs(line, words), isLegacy(words));
    }

    static Instruction.Arg arg(InstructionLine line) {
        Flags.none(line);
        List<ArgDeclaration> declarations = new ArrayList<>();
        for (Word word : Arguments.atLeastOne(line, Words.outsideQuotes(line))) {
            int equals = word.raw().indexOf('=');
            declarations.add(
                    equals < 0
                            ? new ArgDeclaration(word, Optional.empty())
                            : new ArgDeclaration(name(line, word, equals), Optional.of(value(line, word, equals))));
        }
        return new Instruction.Arg(line.span(), declarations);
    }

    private static boolean isLegacy(List<Word> words) {
        return words.get(0).raw().indexOf('=') < 0;
    }

    private static List<KeyValue> pairs(InstructionLine line, List<Word> words) {
        return isLegacy(words)
                ? List.of(legacyPair(line))
                : words.stream().map(word -> pair(line, word)).toList();
    }

    private static KeyValue pair(InstructionLine line, Word word) {
        int equals = word.raw().indexOf('=');
        if (equals < 0) {
            throw word.error(
                    "Syntax error - can't find = in " + GoText.quote(word.raw()) + ". Must be of the form: name=value");
        }
        return new KeyValue(name(line, word, equals), value(line, word, equals));
    }

    // "ENV name the whole rest of the line"
    private static KeyValue legacyPair(InstructionLine line) {
        String rest = line.rest();
        int nameEnd = 0;
        while (nameEnd < rest.length() && !Blanks.isBlank(rest.charAt(nameEnd))) {
            nameEnd++;
        }
        int valueStart = nameEnd;
        while (valueStart < rest.length() && Blanks.isBlank(rest.charAt(valueStart))) {
            valueStart++;
        }
        if (valueStart == rest.length()) {
            throw line.error(line.keyword() + " must have two arguments");
        }
        return new KeyValue(
                line.word(rest.substring(0, nameEnd), 0), line.word(rest.substring(valueStart), valueStart));
    }

    private static Word name(InstructionLine line, Word word, int equals) {
        if (equals == 0) {
            throw word.error(line.keyword() + " names can not be blank");
        }
        return new Word(word.raw().substring(0, equals), word.position());
    }

    private static Word value(InstructionLine line, Word word, int equals) {
        return line.line().tail(word, equals + 1);
    }
}
