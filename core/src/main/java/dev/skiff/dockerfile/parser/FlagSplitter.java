package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits off the words that begin with {@code --}. A lone {@code --} ends them and is dropped. Quotes and backslashes
 * are taken off here; backslashes whatever the file's escape character, as the reference does it.
 */
final class FlagSplitter {
    private static final String PREFIX = "--";

    private final LogicalLine line;
    private final String text;
    private final int limit;
    private final List<Word> words = new ArrayList<>();
    private int at;

    FlagSplitter(LogicalLine line, int from, int limit) {
        this.line = line;
        this.text = line.text();
        this.at = from;
        this.limit = limit;
    }

    void split() {
        boolean more = true;
        while (more) {
            at = Math.min(Blanks.skipSpaces(text, at), limit);
            more = text.startsWith(PREFIX, at) && at + PREFIX.length() <= limit && readFlag();
        }
    }

    List<Word> words() {
        return words;
    }

    /** Where the first word that is no flag begins, or blanks before it. */
    int end() {
        return at;
    }

    // False after the "--" that ends the flags.
    private boolean readFlag() {
        int start = at;
        StringBuilder flag = new StringBuilder();
        char quote = 0;
        while (at < limit && (quote != 0 || !Blanks.isSpace(text.charAt(at)))) {
            char c = text.charAt(at++);
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote && quote != 0) {
                quote = 0;
            } else if (c != '\\') {
                flag.append(c);
            } else if (at < limit) {
                flag.append(text.charAt(at++));
            }
        }
        if (flag.toString().equals(PREFIX)) {
            return false;
        }
        words.add(line.word(flag.toString(), start));
        return true;
    }
}
