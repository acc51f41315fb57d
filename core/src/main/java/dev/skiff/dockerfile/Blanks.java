package dev.skiff.dockerfile;

/** The two notions of white space in the language: any, and the few characters that part words. */
public final class Blanks {
    private Blanks() {}

    /** White space of any script: what is trimmed off both ends, and what parts the words of ENV, LABEL and ARG. */
    public static boolean isSpace(int c) {
        if (c < 0x80) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }
        return c == 0x85 || Character.isSpaceChar(c);
    }

    /** What parts an instruction from its arguments, and the paths of COPY: ASCII blanks, no line feed. */
    public static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x0B;
    }

    /** The index of the first character from {@code from} on that is no white space, else the length. */
    public static int skipSpaces(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The index after the last character that is no white space, else 0. */
    public static int endOfText(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** The text without white space at both ends. */
    public static String trim(String text) {
        int start = skipSpaces(text, 0);
        return start == text.length() ? "" : text.substring(start, endOfText(text));
    }
}
