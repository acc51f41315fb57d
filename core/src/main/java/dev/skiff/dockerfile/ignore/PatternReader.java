package dev.skiff.dockerfile.ignore;

import java.util.ArrayList;
import java.util.List;

/** Reads the text of a pattern. */
final class PatternReader {
    private final int[] pattern;
    private final boolean doubleStars;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private PatternReader(String pattern, boolean doubleStars) {
        this.pattern = pattern.codePoints().toArray();
        this.doubleStars = doubleStars;
    }

    static List<Token> read(String pattern, boolean doubleStars) {
        return new PatternReader(pattern, doubleStars).read();
    }

    private List<Token> read() {
        while (at < pattern.length) {
            int c = pattern[at++];
            switch (c) {
                case '*' -> readStar();
                case '?' -> tokens.add(Token.QUESTION_MARK);
                case '[' -> tokens.add(readClass());
                case '\\' -> tokens.add(Token.of(readCharacter()));
                default -> tokens.add(Token.of(c));
            }
        }
        return tokens;
    }

    private void readStar() {
        boolean doubled = doubleStars && isNext('*');
        if (!doubled) {
            tokens.add(Token.STAR);
            return;
        }
        boolean first = at == 1;
        at++;
        boolean wholeNames = isNext('/');
        if (wholeNames) {
            at++;
        }
        // "**.md" takes any text, as "**/*.md" would; but with a wildcard after it, "**" takes whole directories only.
        boolean anyText = at == pattern.length || (first && !wholeNames && restIsLiteral());
        tokens.add(anyText ? Token.EVERYTHING : Token.DOUBLE_STAR);
    }

    private boolean restIsLiteral() {
        for (int i = at; i < pattern.length; i++) {
            if ("*?[]\\".indexOf(pattern[i]) >= 0) {
                return false;
            }
        }
        return true;
    }

    private Token readClass() {
        boolean negated = isNext('^');
        if (negated) {
            at++;
        }
        List<int[]> ranges = new ArrayList<>();
        while (ranges.isEmpty() || !isNext(']')) {
            int low = readClassCharacter();
            int high = low;
            if (isNext('-')) {
                at++;
                high = readClassCharacter();
            }
            ranges.add(new int[] {low, high});
        }
        at++;
        return Token.in(c -> ranges.stream().anyMatch(range -> range[0] <= c && c <= range[1]) != negated);
    }

    private int readClassCharacter() {
        if (isNext('-') || isNext(']')) {
            throw syntaxError();
        }
        int c = readCharacter();
        return c == '\\' ? readCharacter() : c;
    }

    private int readCharacter() {
        if (at == pattern.length) {
            throw syntaxError();
        }
        return pattern[at++];
    }

    private boolean isNext(char c) {
        return at < pattern.length && pattern[at] == c;
    }

    private static IllegalArgumentException syntaxError() {
        return new IllegalArgumentException("syntax error in pattern");
    }
}
