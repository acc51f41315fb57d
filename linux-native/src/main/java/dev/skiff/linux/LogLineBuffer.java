package dev.skiff.linux;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Queue;

/** The line of one stream that is being put together. */
final class LogLineBuffer {
    private final boolean error;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Instant since = Instant.EPOCH;

    LogLineBuffer(boolean error) {
        this.error = error;
    }

    /** One more piece, the last one of its line if {@code whole}; what can be handed on goes to {@code lines}. */
    void add(Instant time, byte[] bytes, int from, int to, boolean whole, Queue<LogEntry> lines) {
        if (text.size() == 0) {
            since = time;
        }
        text.write(bytes, from, to - from);
        while (text.size() > ContainerLog.LONGEST_LINE) {
            byte[] all = text.toByteArray();
            int cut = cut(all, ContainerLog.LONGEST_LINE);
            lines.add(new LogEntry(error, since, Arrays.copyOf(all, cut)));
            text.reset();
            text.write(all, cut, all.length - cut);
            since = time;
        }
        if (whole) {
            lines.add(new LogEntry(error, since, text.toByteArray()));
            text.reset();
        }
    }

    void flush(Queue<LogEntry> lines) {
        if (text.size() > 0) {
            lines.add(new LogEntry(error, since, text.toByteArray()));
            text.reset();
        }
    }

    /** The last place up to {@code limit} where no UTF-8 character is cut in two; in what is no UTF-8 that is {@code limit}. */
    static int cut(byte[] bytes, int limit) {
        for (int back = 0; back <= 3 && back < limit; back++) {
            if ((bytes[limit - back] & 0xc0) != 0x80) {
                return limit - back; // here a character begins
            }
        }
        return limit;
    }
}
