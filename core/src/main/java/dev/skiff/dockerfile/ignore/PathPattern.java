package dev.skiff.dockerfile.ignore;

import java.util.Arrays;
import java.util.List;

/**
 * One pattern over whole relative paths: {@code *} any text without a slash, {@code ?} any character but a slash,
 * {@code [a-c]} and {@code [^a-c]} one character but a slash, {@code \x} the character {@code x}. In patterns of
 * {@code .dockerignore} also {@code **}: any text, directories and all.
 *
 * <p>Most patterns of most files are decided by comparing the literal text at the front and the back. Else all places
 * in the pattern that the path may have come to are followed at once, so no pattern takes longer than its length times
 * the path's.
 */
final class PathPattern {
    private final List<Token> tokens;
    private final boolean literal;
    private final String prefix;
    private final String suffix;

    private PathPattern(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
        int literals = 0;
        while (literals < tokens.size() && tokens.get(literals).isLiteral()) {
            literals++;
        }
        this.literal = literals == tokens.size();
        this.prefix = text(tokens.subList(0, literals));
        int fromEnd = tokens.size();
        while (fromEnd > literals && tokens.get(fromEnd - 1).isLiteral()) {
            fromEnd--;
        }
        this.suffix = text(tokens.subList(fromEnd, tokens.size()));
    }

    /**
     * A pattern of {@code .dockerignore}, with {@code **}.
     *
     * @throws IllegalArgumentException when a class is not closed or a backslash has nothing after it
     */
    static PathPattern withDoubleStar(String pattern) {
        return new PathPattern(PatternReader.read(pattern, true));
    }

    /**
     * A pattern of COPY, where {@code **} is nothing special.
     *
     * @throws IllegalArgumentException when a class is not closed or a backslash has nothing after it
     */
    static PathPattern plain(String pattern) {
        return new PathPattern(PatternReader.read(pattern, false));
    }

    boolean matches(String path) {
        if (literal) {
            return path.equals(prefix);
        }
        return path.length() >= prefix.length() + suffix.length()
                && path.startsWith(prefix)
                && path.endsWith(suffix)
                && reachable(path)[tokens.size()];
    }

    /** Whether the pattern matches a path below this directory. May say yes for no path, never no for one. */
    boolean mayMatchBelow(String directory) {
        String start = directory + "/";
        int common = Math.min(start.length(), prefix.length());
        if (!start.regionMatches(0, prefix, 0, common)) {
            return false;
        }
        boolean[] places = reachable(start);
        for (int i = 0; i < tokens.size(); i++) {
            if (places[i]) {
                return true;
            }
        }
        return false;
    }

    // The places in the pattern at which all of the text may have been matched.
    private boolean[] reachable(String text) {
        boolean[] current = new boolean[tokens.size() + 1];
        boolean[] next = new boolean[tokens.size() + 1];
        enter(current, 0);
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            Arrays.fill(next, false);
            for (int i = 0; i < tokens.size(); i++) {
                if (current[i]) {
                    step(next, i, c);
                }
            }
            boolean[] swap = current;
            current = next;
            next = swap;
        }
        return current;
    }

    private void step(boolean[] next, int place, int c) {
        Token token = tokens.get(place);
        if (!token.accepts(c)) {
            return;
        }
        switch (token.kind()) {
            case ONE -> enter(next, place + 1);
            case MANY -> enter(next, place);
            case DIRECTORIES -> {
                next[place] = true;
                if (c == '/') {
                    enter(next, place + 1);
                }
            }
        }
    }

    // A place is entered from the front: what may match nothing is passed over as well.
    private void enter(boolean[] places, int place) {
        int at = place;
        places[at] = true;
        while (at < tokens.size() && tokens.get(at).kind() != Token.Kind.ONE) {
            places[++at] = true;
        }
    }

    private static String text(List<Token> literals) {
        StringBuilder text = new StringBuilder();
        literals.forEach(token -> text.appendCodePoint(token.literal()));
        return text.toString();
    }
}
