package dev.skiff.dockerfile.ignore;

/**
 * One piece of a pattern.
 *
 * @param kind how much it takes
 * @param literal the only character it takes, or -1
 * @param characters the characters it takes when it is no literal
 */
record Token(Kind kind, int literal, CharacterSet characters) {
    enum Kind {
        /** Exactly one character. */
        ONE,
        /** Any number of characters, none too. */
        MANY,
        /** Nothing, or any text that ends in a slash. */
        DIRECTORIES
    }

    private static final int NO_LITERAL = -1;
    private static final CharacterSet NOT_SLASH = c -> c != '/';
    private static final CharacterSet EVERY = c -> true;

    /** Any character but a slash. */
    static final Token QUESTION_MARK = new Token(Kind.ONE, NO_LITERAL, NOT_SLASH);

    /** Any text without a slash. */
    static final Token STAR = new Token(Kind.MANY, NO_LITERAL, NOT_SLASH);

    /** Any text. */
    static final Token EVERYTHING = new Token(Kind.MANY, NO_LITERAL, EVERY);

    /** Any directories, or none. */
    static final Token DOUBLE_STAR = new Token(Kind.DIRECTORIES, NO_LITERAL, EVERY);

    @FunctionalInterface
    interface CharacterSet {
        boolean contains(int c);
    }

    static Token of(int c) {
        return new Token(Kind.ONE, c, given -> given == c);
    }

    static Token in(CharacterSet characters) {
        return new Token(Kind.ONE, NO_LITERAL, c -> c != '/' && characters.contains(c));
    }

    boolean isLiteral() {
        return literal != NO_LITERAL;
    }

    boolean accepts(int c) {
        return isLiteral() ? c == literal : characters.contains(c);
    }
}
