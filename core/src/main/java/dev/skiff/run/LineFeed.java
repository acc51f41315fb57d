package dev.skiff.run;

import dev.skiff.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Cuts a stream of bytes into lines for listeners. A line that does not end is cut where a character does. */
final class LineFeed {
    static final int LONGEST_LINE = 16 << 10;

    private final LogLine.Source source;
    private final List<Consumer<? super LogLine>> listeners;
    private final ReentrantLock oneAtATime;
    private final byte[] line = new byte[LONGEST_LINE];
    private int length;

    /** @param oneAtATime shared by all streams that the listeners hear */
    LineFeed(LogLine.Source source, List<Consumer<? super LogLine>> listeners, ReentrantLock oneAtATime) {
        this.source = source;
        this.listeners = listeners;
        this.oneAtATime = oneAtATime;
    }

    /** @throws ExecStreams.ListenerFailure if a listener throws */
    void add(byte[] bytes, int count) {
        for (int i = 0; i < count && !listeners.isEmpty(); i++) {
            if (bytes[i] == '\n') {
                tell(length);
            } else {
                if (length == LONGEST_LINE) {
                    tell(wholeCharacters());
                }
                line[length++] = bytes[i];
            }
        }
    }

    /** Tells what stands behind the last line end. */
    void end() {
        if (length > 0) {
            tell(length);
        }
    }

    /** How much of the line can go without cutting a character: UTF-8 is at most four bytes, and all but the first are 10xxxxxx. */
    private int wholeCharacters() {
        for (int start = length - 1; start >= length - 4; start--) {
            if ((line[start] & 0xc0) != 0x80) {
                int needed = Math.max(1, Integer.numberOfLeadingZeros(~line[start] << 24));
                return start + needed > length ? start : length;
            }
        }
        return length;
    }

    private void tell(int count) {
        int end = count == length && count > 0 && line[count - 1] == '\r' ? count - 1 : count;
        LogLine told = new LogLine(source, Instant.now(), new String(line, 0, end, StandardCharsets.UTF_8));
        byte[] rest = Arrays.copyOfRange(line, count, length);
        System.arraycopy(rest, 0, line, 0, rest.length);
        length = rest.length;
        oneAtATime.lock();
        try {
            listeners.forEach(listener -> listener.accept(told));
        } catch (RuntimeException | Error e) {
            throw new ExecStreams.ListenerFailure(e);
        } finally {
            oneAtATime.unlock();
        }
    }
}
