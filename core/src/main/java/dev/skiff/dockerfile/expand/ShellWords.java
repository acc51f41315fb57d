package dev.skiff.dockerfile.expand;

import java.util.List;

/** Parts a text at white space outside quotes, as a shell would, with no variable put in. */
public final class ShellWords {
    private ShellWords() {}

    /** The words as they are written, quotes and escapes still in them; none when a quote is not closed. */
    public static List<String> asWritten(String text) {
        return split(text, LexMode.asWritten());
    }

    /** The words with quotes and escapes taken off; none when a quote is not closed. */
    public static List<String> unquoted(String text) {
        return split(text, LexMode.unquoting());
    }

    private static List<String> split(String text, LexMode mode) {
        int longest = 4 * text.length() + 16;
        try {
            return new WordLexer(text, Environment.EMPTY, mode, longest, new Budget(10L * longest))
                    .lex()
                    .words();
        } catch (ExpansionException unclosed) {
            return List.of();
        }
    }
}
