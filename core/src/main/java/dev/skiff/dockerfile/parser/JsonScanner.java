package dev.skiff.dockerfile.parser;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that a text is strict JSON, step by step; once it is not, no step does anything any more. */
final class JsonScanner {
    private static final int DEEPEST = 500;
    private static final Pattern NUMBER_OR_WORD =
            Pattern.compile("-?(?:0|[1-9]\\d*+)(?:\\.\\d++)?(?:[eE][+-]?\\d++)?|true|false|null");

    private final String text;
    private int at;
    private int depth;
    private boolean failed;

    JsonScanner(String text) {
        this.text = text;
    }

    /** Where the next token begins. */
    int index() {
        skipBlanks();
        return at;
    }

    /** Whether all of the text has been read and was JSON. */
    boolean finished() {
        skipBlanks();
        return !failed && at == text.length();
    }

    boolean takeIf(char token) {
        skipBlanks();
        boolean there = !failed && at < text.length() && text.charAt(at) == token;
        at += there ? 1 : 0;
        return there;
    }

    void take(char token) {
        if (!takeIf(token)) {
            failed = true;
        }
    }

    /** After an element: takes a comma, and says there is one more, or takes what ends the list. */
    boolean takeCommaUnless(char end) {
        if (takeIf(end)) {
            return false;
        }
        take(',');
        return !failed;
    }

    /** Takes one value: the string it is, or nothing if it is of another kind (or no value at all). */
    Optional<String> value() {
        skipBlanks();
        if (failed || at == text.length() || depth > DEEPEST) {
            failed = true;
            return Optional.empty();
        }
        switch (text.charAt(at)) {
            case '"' -> {
                return string();
            }
            case '[' -> array();
            case '{' -> object();
            default -> numberOrWord();
        }
        return Optional.empty();
    }

    private void array() {
        depth++;
        take('[');
        for (boolean more = !takeIf(']'); more; more = takeCommaUnless(']')) {
            value();
        }
        depth--;
    }

    private void object() {
        depth++;
        take('{');
        for (boolean more = !takeIf('}'); more; more = takeCommaUnless('}')) {
            skipBlanks();
            if (string().isEmpty()) {
                failed = true;
            }
            take(':');
            value();
        }
        depth--;
    }

    private void numberOrWord() {
        Matcher matcher = NUMBER_OR_WORD.matcher(text).region(at, text.length());
        if (matcher.lookingAt()) {
            at = matcher.end();
        } else {
            failed = true;
        }
    }

    private Optional<String> string() {
        StringBuilder string = new StringBuilder();
        take('"');
        while (!failed && at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return Optional.of(withoutLoneSurrogates(string));
            } else if (c == '\\') {
                escape(string);
            } else if (c < ' ') {
                failed = true;
            } else {
                string.append(c);
            }
        }
        failed = true;
        return Optional.empty();
    }

    private void escape(StringBuilder string) {
        char c = at < text.length() ? text.charAt(at++) : 0;
        switch (c) {
            case '"', '\\', '/' -> string.append(c);
            case 'b' -> string.append('\b');
            case 'f' -> string.append('\f');
            case 'n' -> string.append('\n');
            case 'r' -> string.append('\r');
            case 't' -> string.append('\t');
            case 'u' -> unicode(string);
            default -> failed = true;
        }
    }

    private void unicode(StringBuilder string) {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
            failed |= digit < 0;
            code = 16 * code + Math.max(0, digit);
        }
        string.append((char) code);
    }

    // Half a character is no text; Go makes a replacement character of it. Bytes that are not UTF-8 stay.
    private static String withoutLoneSurrogates(StringBuilder string) {
        StringBuilder whole = new StringBuilder(string.length());
        string.codePoints().forEach(c -> {
            boolean lone = Character.getType(c) == Character.SURROGATE && (c < 0xDC80 || c > 0xDCFF);
            whole.appendCodePoint(lone ? 0xFFFD : c);
        });
        return whole.toString();
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
