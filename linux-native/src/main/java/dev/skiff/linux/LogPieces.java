package dev.skiff.linux;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Queue;

/**
 * Makes lines of the records that a supervisor writes, {@code seconds.nanoseconds stream F text}, where {@code P} instead of
 * {@code F} says that the line goes on in the next record of that stream (supervise.c). A record that does not look like
 * that was torn by a full disk or a kill, and is passed over.
 */
final class LogPieces {
    private static final int LONGEST_HEAD = 64;

    private final LogLineBuffer out = new LogLineBuffer(false);
    private final LogLineBuffer err = new LogLineBuffer(true);

    /** Takes the record in {@code bytes[from, to)}, and adds the lines that it completes. */
    void add(byte[] bytes, int from, int to, Queue<LogEntry> lines) {
        int text = from;
        for (int spaces = 0; spaces < 3; text++) {
            if (text == to || text - from > LONGEST_HEAD) {
                return;
            }
            spaces += bytes[text] == ' ' ? 1 : 0;
        }
        String[] head = new String(bytes, from, text - from, StandardCharsets.US_ASCII).split("[. ]", -1);
        boolean whole = head.length == 5 && head[3].equals("F");
        if (!whole && !(head.length == 5 && head[3].equals("P"))) {
            return;
        }
        try {
            Instant time = Instant.ofEpochSecond(Long.parseLong(head[0]), Integer.parseInt(head[1]));
            buffer(head[2]).add(time, bytes, text, to, whole, lines);
        } catch (NumberFormatException | DateTimeException e) {
            return;
        }
    }

    private LogLineBuffer buffer(String stream) {
        return stream.equals("stderr") ? err : out;
    }

    /** Adds what there is of lines that were never ended. */
    void flush(Queue<LogEntry> lines) {
        out.flush(lines);
        err.flush(lines);
    }
}
