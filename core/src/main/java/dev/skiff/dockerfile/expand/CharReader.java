package dev.skiff.dockerfile.expand;

/** A text and how far it has been read. */
final class CharReader {
    private final String text;
    private int at;
    private char last;

    CharReader(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at == text.length();
    }

    char peek() {
        return text.charAt(at);
    }

    boolean isNext(char c) {
        return !atEnd() && peek() == c;
    }

    char next() {
        last = text.charAt(at++);
        return last;
    }

    int peekCodePoint() {
        return text.codePointAt(at);
    }

    void skipCodePoint() {
        at += Character.charCount(peekCodePoint());
    }

    /** What {@link #next} gave last, or 0 once the end has been run into. */
    char last() {
        return last;
    }

    void markEnd() {
        last = 0;
    }

    int index() {
        return at;
    }

    String since(int start) {
        return text.substring(start, at);
    }
}
