package dev.skiff.dockerfile.expand;

/**
 * How much of the shell's syntax is obeyed.
 *
 * @param escape the escape character
 * @param quotes whether quotes mean anything
 * @param keepQuotes whether quotes stay in the result
 * @param keepEscapes whether escape characters stay in the result
 * @param keepUnset whether the mention of an unset variable stays as it is, rather than become nothing
 */
record LexMode(char escape, boolean quotes, boolean keepQuotes, boolean keepEscapes, boolean keepUnset) {
    /** An argument of an instruction. */
    static LexMode word(char escape) {
        return new LexMode(escape, true, false, false, false);
    }

    /** The body of a heredoc file, where the escape is a backslash whatever the file's directive says. */
    static LexMode heredocBody() {
        return new LexMode('\\', false, false, false, false);
    }

    /** Only parting words: nothing is changed in them. */
    static LexMode asWritten() {
        return new LexMode('\\', true, true, true, true);
    }

    /** Taking quotes off, but leaving variables alone. */
    static LexMode unquoting() {
        return new LexMode('\\', true, false, false, true);
    }
}
