package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;

/** The two ways in which the arguments of an instruction are parted into words. */
final class Words {
    private Words() {}

    /** At blanks, quotes or not: FROM, COPY, ADD, VOLUME, EXPOSE. */
    static List<Word> atBlanks(InstructionLine line) {
        String rest = line.rest();
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < rest.length()) {
            int start = at;
            while (at < rest.length() && !Blanks.isBlank(rest.charAt(at))) {
                at++;
            }
            words.add(line.word(rest.substring(start, at), start));
            while (at < rest.length() && Blanks.isBlank(rest.charAt(at))) {
                at++;
            }
        }
        return words;
    }

    /** At white space outside quotes, which like escapes stay in the words: ENV, LABEL, ARG. */
    static List<Word> outsideQuotes(InstructionLine line) {
        String rest = line.rest();
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < rest.length()) {
            int start = at;
            StringBuilder word = new StringBuilder();
            at = readWord(rest, start, line.escape(), word);
            if (word.length() > 0) {
                words.add(line.word(word.toString(), start));
            }
            at = Blanks.skipSpaces(rest, at);
        }
        return words;
    }

    private static int readWord(String text, int start, char escape, StringBuilder word) {
        char quote = 0;
        int at = start;
        while (at < text.length() && (quote != 0 || !Blanks.isSpace(text.charAt(at)))) {
            char c = text.charAt(at++);
            if (c == escape && quote != '\'') {
                // With nothing behind it, it is dropped.
                if (at < text.length()) {
                    word.append(c).append(text.charAt(at++));
                }
                continue;
            }
            word.append(c);
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
        }
        return at;
    }
}
