package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;
import java.util.Arrays;

/**
 * The text of one file with its lines, so that anything found in it can be shown where it stands.
 *
 * <p>Limits are checked here, before anything is parsed: a file of more than {@value #MAX_BYTES} bytes or
 * {@value #MAX_LINES} lines, a line of more than {@value #MAX_LINE_BYTES} bytes, or one with a NUL byte is refused.
 */
public final class Source {
    /** More than ten times the largest Dockerfile that is known of, and still parsed within a fraction of a second. */
    public static final int MAX_BYTES = 4 << 20;

    /** The same for lines; each may be an instruction, so it also bounds the tree. */
    public static final int MAX_LINES = 50_000;

    /** BuildKit's own limit. */
    public static final int MAX_LINE_BYTES = 65_535;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String name;
    private final String text;
    private final int[] starts;

    private Source(String name, String text, int[] starts) {
        this.name = name;
        this.text = text;
        this.starts = starts;
    }

    /**
     * Takes the bytes of a file.
     *
     * @param name how messages call it, for example {@code Dockerfile}
     * @throws DockerfileException when a limit is exceeded or the bytes are not text
     */
    public static Source of(String name, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw problem(name, 1, "the file has " + bytes.length + " bytes, more than the " + MAX_BYTES + " allowed");
        }
        checkLines(name, bytes);
        String text = ByteText.decode(bytes);
        return new Source(name, text, lineStarts(text));
    }

    /** How messages call the file. */
    public String name() {
        return name;
    }

    /** All of the text, byte order mark included. */
    public String text() {
        return text;
    }

    /** Number of lines; the last need not end in a line feed, and an empty file has none. */
    public int lines() {
        return starts.length - 1;
    }

    /** One line, counted from 1, without its line feed, the carriage returns before that, and the byte order mark. */
    public String line(int number) {
        int end = starts[number];
        while (end > starts[number - 1] && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        int start = starts[number - 1];
        return text.substring(start < end && start == 0 && text.charAt(0) == BYTE_ORDER_MARK ? 1 : start, end);
    }

    /** The lines from one to another, both included, with their ends as they are in the file. */
    public String rawLines(int first, int last) {
        return text.substring(starts[first - 1], starts[last]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Source that && name.equals(that.name) && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + text.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    private static void checkLines(String name, byte[] bytes) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i <= bytes.length; i++) {
            boolean atEnd = i == bytes.length;
            if (atEnd || bytes[i] == '\n') {
                if (i - lineStart > MAX_LINE_BYTES) {
                    throw problem(name, line, "dockerfile line greater than max allowed size of " + MAX_LINE_BYTES);
                }
                lineStart = i + 1;
                if (lineStart < bytes.length && ++line > MAX_LINES) {
                    throw problem(name, line, "the file has more than the " + MAX_LINES + " lines allowed");
                }
            } else if (bytes[i] == 0) {
                throw problem(name, line, "binary data (a NUL byte) where text was expected; is this the right file?");
            }
        }
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[64];
        int count = 0;
        for (int start = 0; start < text.length(); ) {
            if (count + 1 == starts.length) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
            }
            starts[count++] = start;
            int lineFeed = text.indexOf('\n', start);
            start = lineFeed < 0 ? text.length() : lineFeed + 1;
        }
        starts[count] = text.length();
        return Arrays.copyOf(starts, count + 1);
    }

    private static DockerfileException problem(String name, int line, String problem) {
        return new DockerfileException(name, line, 1, "", "", problem);
    }
}
