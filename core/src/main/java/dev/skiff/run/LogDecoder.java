package dev.skiff.run;

import dev.skiff.LogLine;
import dev.skiff.linux.LogEntry;
import java.nio.charset.StandardCharsets;

/** From bytes to text. */
final class LogDecoder {
    private LogDecoder() {}

    /** What is no UTF-8 is replaced; the carriage return of a terminal's line end is no part of the line. */
    static LogLine decode(LogEntry entry) {
        String text = new String(entry.text(), StandardCharsets.UTF_8);
        String line = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        return new LogLine(entry.error() ? LogLine.Source.STDERR : LogLine.Source.STDOUT, entry.time(), line);
    }
}
