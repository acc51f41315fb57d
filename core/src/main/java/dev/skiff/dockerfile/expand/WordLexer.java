package dev.skiff.dockerfile.expand;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Walks once over one text, putting variables in and taking quotes and escapes off. */
final class WordLexer {
    private static final int DEEPEST = 200;
    private static final char NO_STOP = 0;

    private final CharReader in;
    private final Environment environment;
    private final LexMode mode;
    private final int longest;
    private final Budget budget;
    private final Set<String> unset = new LinkedHashSet<>();
    private int depth;

    WordLexer(String text, Environment environment, LexMode mode, int longest, Budget budget) {
        this.in = new CharReader(text);
        this.environment = environment;
        this.mode = mode;
        this.longest = longest;
        this.budget = budget;
    }

    Expansion lex() {
        WordBuilder result = readUntil(NO_STOP, mode.keepEscapes());
        return new Expansion(result.text(), result.words(), unset);
    }

    LexMode mode() {
        return mode;
    }

    CharReader in() {
        return in;
    }

    Budget budget() {
        return budget;
    }

    /** The value of a variable, or null; remembers those that are not set. */
    @Nullable
    String lookUp(String name) {
        String value = environment.get(name).orElse(null);
        if (value == null) {
            unset.add(name);
        }
        return value;
    }

    /** The operand of a {@code ${...}}, up to the character that ends it, which is consumed. */
    String readOperand(char stop, boolean keepEscapes, String problemAtEnd) {
        if (++depth > DEEPEST) {
            throw new ExpansionException("substitutions are nested more than " + DEEPEST + " deep");
        }
        WordBuilder operand = readUntil(stop, keepEscapes);
        depth--;
        if (in.last() != stop) {
            throw new ExpansionException(problemAtEnd);
        }
        return operand.text();
    }

    private WordBuilder readUntil(char stop, boolean keepEscapes) {
        WordBuilder result = new WordBuilder(longest, budget);
        while (!in.atEnd()) {
            char c = in.next();
            if (c == stop && stop != NO_STOP) {
                return result;
            } else if (c == '$') {
                result.add(new Substitution(this).read());
            } else if (mode.quotes() && c == '\'') {
                result.addQuoted(readSingleQuoted());
            } else if (mode.quotes() && c == '"') {
                result.addQuoted(readDoubleQuoted(keepEscapes));
            } else if (c == '<' && mode.keepQuotes()) {
                result.addQuoted(c + readHeredocMark());
            } else if (c == mode.escape()) {
                result.addQuoted((keepEscapes ? String.valueOf(c) : "") + (in.atEnd() ? "" : in.next()));
            } else {
                result.add(c);
            }
        }
        in.markEnd();
        return result;
    }

    // The second "<" of a heredoc, and the blanks that may come before its delimiter: "<< EOF" is one word.
    private String readHeredocMark() {
        StringBuilder mark = new StringBuilder();
        if (!in.atEnd() && in.peek() == '<') {
            mark.append(in.next());
            while (!in.atEnd() && Character.isWhitespace(in.peek())) {
                mark.append(in.next());
            }
        }
        return mark.toString();
    }

    private String readSingleQuoted() {
        StringBuilder quoted = new StringBuilder();
        while (!in.atEnd()) {
            char c = in.next();
            if (c == '\'') {
                return mode.keepQuotes() ? "'" + quoted + "'" : quoted.toString();
            }
            quoted.append(c);
        }
        throw unclosed("single-quote");
    }

    private String readDoubleQuoted(boolean keepEscapes) {
        WordBuilder quoted = new WordBuilder(longest, budget);
        while (!in.atEnd()) {
            char c = in.next();
            if (c == '"') {
                return mode.keepQuotes() ? "\"" + quoted.text() + "\"" : quoted.text();
            } else if (c == '$') {
                quoted.add(new Substitution(this).read());
            } else if (c == mode.escape()) {
                addEscaped(quoted, c, keepEscapes);
            } else {
                quoted.add(c);
            }
        }
        throw unclosed("double-quote");
    }

    // In double quotes an escape takes its meaning from few characters; before any other it stands for itself, and
    // doubled where escapes are kept, so that whoever reads them next sees it stand for itself again.
    private void addEscaped(WordBuilder quoted, char escape, boolean keepEscapes) {
        if (keepEscapes) {
            quoted.add(escape);
        }
        if (in.atEnd()) {
            return;
        }
        char escaped = in.peek();
        if (escaped == '"' || escaped == '$' || escaped == escape) {
            quoted.add(in.next());
        } else {
            quoted.add(escape);
        }
    }

    private ExpansionException unclosed(String quote) {
        in.markEnd();
        return new ExpansionException("unexpected end of statement while looking for matching " + quote);
    }
}
